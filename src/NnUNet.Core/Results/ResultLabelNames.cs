using NnUNet.Core.Evaluation;

namespace NnUNet.Core.Results;

/// <summary>What people call the labels of a folder of results.</summary>
public static class ResultLabelNames
{
    /// <summary>
    /// The labels' names by their value as text, from the first <c>dataset.json</c> beside or above the given places, the results, or
    /// the model that made them; none where there is no such file.
    /// </summary>
    /// <param name="results">The folder of the results, or one of them.</param>
    /// <param name="places">Folders such as those of the references and images, the likeliest first; null is passed over.</param>
    public static IReadOnlyDictionary<string, string> Find(string results, params IEnumerable<string?> places) =>
        LabelNames.Near([.. places, results, .. ModelFiles(results)]);

    /// <summary>The files of the model that made the first of the results, as its record has them; none where nothing tells.</summary>
    internal static IEnumerable<string> ModelFiles(string results)
    {
        string? folder = File.Exists(results) ? Path.GetDirectoryName(Path.GetFullPath(results)) : results;
        string records = Path.Combine(folder ?? "", ResultRecords.FolderName);
        if (!Directory.Exists(records)) return [];

        string? first = Directory.EnumerateFiles(records, "*.json").Order(StringComparer.Ordinal).FirstOrDefault();
        ResultRecord? record = first is null ? null : new ResultRecords(folder!).Read(Path.GetFileNameWithoutExtension(first));
        return record is null ? [] : record.Model.Select(static file => file.File).Where(Path.IsPathFullyQualified);
    }
}
