using System.Globalization;
using System.Text.RegularExpressions;

namespace NnUNet.Core.Postprocessing;

/// <summary>The text of <c>min_valid_object_sizes</c>: a Python dictionary from regions to cubic millimetres, or None.</summary>
internal static partial class SizeLimits
{
    private const string None = "None";

    // A number or a tuple of numbers, a colon, a number.
    private const string Entry = @"\s*(?<key>-?\d{1,6}|\(\s*-?\d{1,6}(\s*,\s*-?\d{1,6})*\s*,?\s*\))\s*:\s*(?<size>\d+(\.\d*)?([eE][+-]?\d{1,3})?)";

    /// <summary>The text of the rules' sizes.</summary>
    public static string Print(IEnumerable<ComponentRule> rules, bool limited) =>
        limited ? "{" + string.Join(", ", rules.Select(static r => $"{r.Region}: {Number(r.MinimumSize ?? 0)}")) + "}" : None;

    /// <summary>The sizes by region as it is written there; null where the text says None.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static IReadOnlyDictionary<string, double>? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Trim() == None) return null;

        if (!DictionaryPattern().IsMatch(text)) throw new FormatException($"\"{text}\" is neither None nor a dictionary such as {{(1, 2): 210.0, 1: 90.0}}");
        Dictionary<string, double> sizes = new(StringComparer.Ordinal);
        foreach (Match entry in EntryPattern().Matches(text))
        {
            sizes[Key(entry.Groups["key"].Value)] = double.Parse(entry.Groups["size"].ValueSpan, CultureInfo.InvariantCulture);
        }

        return sizes;
    }

    // The region's own text, whatever the spaces in the file.
    private static string Key(string text)
    {
        int[] classes = [.. text.Trim('(', ')').Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(static c => int.Parse(c, CultureInfo.InvariantCulture))];
        return (text.StartsWith('(') ? ComponentRegion.Joint(classes) : ComponentRegion.Of(classes[0])).ToString();
    }

    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') >= 0 ? text : text + ".0";
    }

    [GeneratedRegex(@"^\s*\{(" + Entry + @"\s*(,|(?=\})))*\s*\}\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DictionaryPattern();

    [GeneratedRegex(Entry, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex EntryPattern();
}
