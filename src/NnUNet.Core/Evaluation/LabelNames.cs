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

    /// <summary>
    /// The labels' names by their value as text, from the first <c>dataset.json</c> in one of the folders or the one above it; none
    /// where there is no such file.
    /// </summary>
    /// <param name="places">Folders such as <c>labelsTr</c> or <c>imagesTr</c>, or files in them, the likeliest first; null is passed over.</param>
    /// <remarks>A file that cannot be read gives no names: scores do not depend on them.</remarks>
    public static IReadOnlyDictionary<string, string> Near(params IEnumerable<string?> places)
    {
        string? found = places.OfType<string>()
            .SelectMany(Folders)
            .Select(static folder => Path.Combine(folder, DatasetDescription.FileName))
            .FirstOrDefault(File.Exists);
        try
        {
            return found is null ? new Dictionary<string, string>() : DatasetDescription.Read(found).NamedLabels;
        }
        catch (DescribedException)
        {
            return new Dictionary<string, string>();
        }
    }

    /// <summary>A folder, or that of a file, which need not be there any more, and the one above it.</summary>
    internal static IEnumerable<string> Folders(string place)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
        string? folder = Directory.Exists(full) ? full : Path.GetDirectoryName(full);
        return ((string?[])[folder, Path.GetDirectoryName(folder)]).OfType<string>();
    }
}
