using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>What people call the structures of a data set.</summary>
public static class LabelNames
{
    /// <summary>The labels' names by their value as text, from the <c>dataset.json</c> in a folder or the one above it; none where there is no such file.</summary>
    /// <param name="folder">The folder of the references, such as <c>labelsTr</c>.</param>
    /// <remarks>A file that cannot be read gives no names: scores do not depend on them.</remarks>
    public static IReadOnlyDictionary<string, string> Near(string folder)
    {
        string full = Path.GetFullPath(folder);
        string? found = ((string?[])[full, Path.GetDirectoryName(full)])
            .OfType<string>()
            .Select(static place => Path.Combine(place, DatasetDescription.FileName))
            .FirstOrDefault(File.Exists);
        try
        {
            return found is null ? new Dictionary<string, string>() : DatasetDescription.Read(found).Labels;
        }
        catch (DescribedException)
        {
            return new Dictionary<string, string>();
        }
    }
}
