using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Evaluation;

/// <summary>What people call the structures of a data set.</summary>
public static class LabelNames
{
    /// <summary>A label for people: its number and name, such as <c>1 liver</c>, or <c>label 1</c> where it has no name.</summary>
    /// <param name="label">The label as text; what is no number, such as the name of a region, is a name already.</param>
    /// <param name="names">The names by label.</param>
    /// <param name="bare">What stands before a number without a name.</param>
    public static string TextOf(string label, IReadOnlyDictionary<string, string> names, string bare = "label ") =>
        names.TryGetValue(label, out string? name) ? $"{label} {name}" : int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? bare + label : label;

    /// <summary>A label for people: its number and name.</summary>
    /// <param name="label">The label.</param>
    /// <param name="names">The names by label.</param>
    /// <param name="bare">What stands before a number without a name.</param>
    public static string TextOf(int label, IReadOnlyDictionary<string, string> names, string bare = "label ") => TextOf(label.ToString(CultureInfo.InvariantCulture), names, bare);

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
