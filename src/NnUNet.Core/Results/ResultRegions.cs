using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Foundation;

namespace NnUNet.Core.Results;

/// <summary>Which regions of several labels a folder of results is judged by.</summary>
public static class ResultRegions
{
    /// <summary>
    /// The regions of the model that made the results, else those of the first <c>dataset.json</c> beside or above the given places
    /// or the results that declares any; none where nothing does.
    /// </summary>
    /// <param name="results">The folder of the results.</param>
    /// <param name="places">Folders such as those of the references and images, the likeliest first; null is passed over.</param>
    /// <remarks>Files that cannot be read declare nothing.</remarks>
    public static ValueArray<LabelRegion> Find(string results, params IEnumerable<string?> places)
    {
        if (OfModel(results) is { Count: > 0 } trained) return trained;
        return places.Append(results).OfType<string>().SelectMany(LabelNames.Folders).Select(OfDataset).FirstOrDefault(static found => found.Count > 0);
    }

    private static ValueArray<LabelRegion> OfModel(string results)
    {
        foreach (string folder in ResultLabelNames.ModelFiles(results).SelectMany(LabelNames.Folders).Distinct(StringComparer.Ordinal).Where(static f => ModelFormat.For(f) is not null))
        {
            try
            {
                return ModelFolder.Open(folder).Contract.Labels.Regions;
            }
            catch (DescribedException)
            {
                return []; // the model was removed or replaced since
            }
        }

        return [];
    }

    private static ValueArray<LabelRegion> OfDataset(string folder)
    {
        try
        {
            return DatasetDescription.RegionsIn(folder)?.Regions ?? [];
        }
        catch (DescribedException)
        {
            return [];
        }
    }
}
