using System.Globalization;
using System.Numerics;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// A name made of texts that patterns have found: <c>{patient}_{frame:0000}</c>. After a colon <c>0000</c> fills a number up with zeros,
/// and <c>lower</c> and <c>upper</c> change the letters.
/// </summary>
internal sealed class NameTemplate
{
    private readonly string _text;
    private readonly IReadOnlyList<(string Plain, string? Name, string Detail)> _parts;

    /// <summary>The template of a text.</summary>
    /// <exception cref="DescribedException">The text is no template.</exception>
    public NameTemplate(string text)
    {
        _text = text;
        _parts = CaptureText.Parts(text);
        foreach ((_, string? name, string detail) in _parts)
        {
            if (name is not null && detail is not ("" or "lower" or "upper") && detail.AsSpan().ContainsAnyExcept('0'))
            {
                throw new DescribedException($"\"{text}\"", $"\"{detail}\" is not known behind {name}:", "write zeros (0000), lower or upper, or nothing");
            }
        }
    }

    /// <summary>The names that it needs texts for.</summary>
    public IEnumerable<string> Names => _parts.Select(static p => p.Name).OfType<string>();

    /// <summary>The name of some texts.</summary>
    /// <exception cref="DescribedException">A text that is to be filled up with zeros is no number.</exception>
    public string Fill(IReadOnlyDictionary<string, string> texts) =>
        string.Concat(_parts.Select(part => part.Name is null ? part.Plain : Formatted(part.Name, texts[part.Name], part.Detail)));

    /// <summary>The template as it was written.</summary>
    public override string ToString() => _text;

    private string Formatted(string name, string text, string detail)
    {
        if (detail.Length == 0) return text;
#pragma warning disable CA1308 // lower case is what the description asks for
        if (detail == "lower") return text.ToLowerInvariant();
#pragma warning restore CA1308
        if (detail == "upper") return text.ToUpperInvariant();
        return BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger number)
            ? number.ToString(CultureInfo.InvariantCulture).PadLeft(detail.Length, '0')
            : throw new DescribedException($"\"{_text}\"", $"{name} is \"{text}\", which is no number that can be filled up with zeros", "leave the zeros out, or correct the table or pattern");
    }
}
