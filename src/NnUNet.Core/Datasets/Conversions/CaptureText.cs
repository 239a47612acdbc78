using System.Text.RegularExpressions;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>A text with names in braces, taken apart: <c>{patient}_frame{frame:##}</c>.</summary>
internal static partial class CaptureText
{
    /// <summary>The parts of a text in their order: plain words, and names with what follows their colon.</summary>
    /// <exception cref="DescribedException">A brace has no partner, or a name is no word.</exception>
    public static IReadOnlyList<(string Plain, string? Name, string Detail)> Parts(string text)
    {
        List<(string Plain, string? Name, string Detail)> parts = [];
        for (int at = 0; at < text.Length;)
        {
            int open = text.IndexOf('{', at);
            int plainEnd = open < 0 ? text.Length : open;
            if (plainEnd > at) parts.Add((text[at..plainEnd], null, ""));
            if (open < 0) break;
            int close = text.IndexOf('}', open);
            string inside = close < 0 ? "" : text[(open + 1)..close];
            string name = inside.Split(':', 2)[0];
            if (!NamePattern().IsMatch(name)) throw new DescribedException($"\"{text}\"", $"the braces at character {open + 1} hold no name", "write {name} or {name:…}, the name in small letters, digits and _");
            parts.Add(("", name, inside.Length > name.Length ? inside[(name.Length + 1)..] : ""));
            at = close + 1;
        }

        return parts;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
