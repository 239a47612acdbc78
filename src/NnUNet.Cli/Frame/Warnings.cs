using System.Text.RegularExpressions;

namespace NnUNet.Cli.Frame;

/// <summary>Warnings of one kind as one line with their count and the first few names.</summary>
internal static partial class Warnings
{
    /// <summary>Names that are told of many.</summary>
    private const int MostNamed = 5;

    /// <summary>So many of one kind are a line each.</summary>
    private const int MostApart = 2;

    /// <summary>Warnings as lines: those of one kind that are many become one.</summary>
    /// <param name="warnings">Each in the form "where: what", or without a place.</param>
    public static IEnumerable<string> Merged(IEnumerable<string> warnings)
    {
        foreach (IGrouping<string, (string Where, string Text)> kind in warnings.Select(Split).GroupBy(static w => Kind(w)))
        {
            (string Where, string Text)[] all = [.. kind];
            if (all.Length <= MostApart)
            {
                foreach ((string _, string text) in all) yield return text;
                continue;
            }

            string[] others = [.. all.Select(static w => w.Where).Distinct(StringComparer.Ordinal).Where(where => where.Length > 0 && where != all[0].Where)];
            string names = others.Length == 0 ? "" : ": " + Names(others);
            yield return $"{all[0].Text.TrimEnd('.')} (and {all.Length - 1} more of this kind{names})";
        }
    }

    /// <summary>One line about several things of which the same is true.</summary>
    /// <param name="names">The things; at least one.</param>
    /// <param name="one">What is true of one: "has no prediction and is not scored".</param>
    /// <param name="many">What is true of several: "cases have no prediction and are not scored".</param>
    public static string Of(IReadOnlyList<string> names, string one, string many) =>
        names.Count == 1 ? $"{names[0]} {one}" : $"{names.Count} {many}: {Names(names)}";

    private static string Names(IReadOnlyList<string> names) =>
        names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))}, … ({names.Count - MostNamed} more)";

    private static (string Where, string Text) Split(string warning) =>
        warning.Split(": ", 2) is [var where, _] ? (where, warning) : ("", warning);

    /// <summary>What two warnings have in common that differ in their place and in numbers.</summary>
    private static string Kind((string Where, string Text) warning) =>
        Number().Replace(warning.Where.Length == 0 ? warning.Text : warning.Text[(warning.Where.Length + 2)..], "#");

    [GeneratedRegex("[0-9]+(\\.[0-9]+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
