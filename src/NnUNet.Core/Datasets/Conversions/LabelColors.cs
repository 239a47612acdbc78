using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// Which label each colour of a picture is: a JSON file such as <c>{"#000000": 0, "#ff0000": 1, "0,255,0": 2}</c>, or by labels
/// <c>{"0": [0, 0, 0], "1": "#ff0000", "2": [[0, 255, 0], [0, 200, 0]]}</c>. Colours are red, green and blue from 0 to 255.
/// </summary>
internal sealed partial class LabelColors
{
    private const int MostNamed = 5;

    private readonly string _file;
    private readonly Dictionary<(int Red, int Green, int Blue), int> _labels = [];

    private LabelColors(string file) => _file = file;

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescribedException">It cannot be read, or is no such table.</exception>
    public static LabelColors Read(string file)
    {
        LabelColors colors = new(file);
        if (JsonTree.Read(file) is not JsonObject json || json.Count == 0) throw colors.Fault("the table is empty or no object");
        foreach ((string key, JsonNode? value) in json)
        {
            if (ColorOf(key) is { } color && value is JsonValue number && number.TryGetValue(out int label)) colors.Add(color, label);
            else if (int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int labelOfKey) && ColorsOf(value) is { Length: > 0 } several) Array.ForEach(several, c => colors.Add(c, labelOfKey));
            else throw colors.Fault($"\"{key}\" and its value are no colour and label");
        }

        return colors;
    }

    /// <summary>The labels of a coloured picture.</summary>
    /// <param name="name">What the picture is called in errors.</param>
    /// <param name="channels">Red, green, blue, and others that are not looked at; or one channel of greys.</param>
    /// <exception cref="DescribedException">It is not coloured, or has colours that are not in the table.</exception>
    public Volume<int> Apply(string name, IReadOnlyList<Volume<float>> channels)
    {
        if (channels.Count == 2) throw new DescribedException(name, "the picture has 2 channels where red, green and blue are needed", "save it as RGB");
        float[] red = channels[0].Voxels, green = channels.Count > 2 ? channels[1].Voxels : red, blue = channels.Count > 2 ? channels[2].Voxels : red;
        int[] labels = new int[red.Length];
        Dictionary<(int, int, int), long> others = [];
        (int, int, int) before = (-1, -1, -1);
        int? label = null;
        for (int i = 0; i < labels.Length; i++)
        {
            (int, int, int) color = ((int)red[i], (int)green[i], (int)blue[i]);
            if (color != before) (before, label) = (color, _labels.TryGetValue(color, out int found) ? found : null); // labels come in long runs
            if (label is { } known) labels[i] = known;
            else others[color] = others.GetValueOrDefault(color) + 1;
        }

        if (others.Count == 0) return new Volume<int>(labels, channels[0].Extent, channels[0].Geometry);
        string named = string.Join(", ", others.OrderByDescending(static o => o.Value).Take(MostNamed).Select(static o => string.Create(CultureInfo.InvariantCulture, $"#{o.Key.Item1:x2}{o.Key.Item2:x2}{o.Key.Item3:x2} ({o.Value} pixels)")));
        throw new DescribedException(name, $"the picture has colours that {Path.GetFileName(_file)} does not name: {named}{(others.Count > MostNamed ? $" and {others.Count - MostNamed} more" : "")}", "add them to the table; JPEG and smoothed edges mix colours, so that label maps are to be saved as PNG without them");
    }

    private void Add((int, int, int) color, int label)
    {
        if (_labels.TryGetValue(color, out int before) && before != label) throw Fault($"the colour {color} is label {before} and label {label}");
        _labels[color] = label;
    }

    private static (int, int, int)[]? ColorsOf(JsonNode? node)
    {
        if (node is JsonValue value && value.TryGetValue(out string? text)) return ColorOf(text) is { } color ? [color] : null;
        if (node is not JsonArray array) return null;
        if (array.All(static e => e is JsonValue)) return ColorOf(string.Join(',', array.Select(static e => e!.ToString()))) is { } one ? [one] : TextsOf(array);
        (int, int, int)[][] several = [.. array.Select(ColorsOf).OfType<(int, int, int)[]>()];
        return several.Length == array.Count ? [.. several.SelectMany(static s => s)] : null;
    }

    private static (int, int, int)[]? TextsOf(JsonArray array)
    {
        (int, int, int)?[] colors = [.. array.Select(static e => ColorOf(e!.ToString()))];
        return Array.TrueForAll(colors, static c => c is not null) ? [.. colors.Select(static c => c!.Value)] : null;
    }

    private static (int Red, int Green, int Blue)? ColorOf(string text)
    {
        Match hex = Hex().Match(text), three = Three().Match(text);
        if (hex.Success)
        {
            int number = int.Parse(hex.Groups["hex"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return (number >> 16, (number >> 8) & 255, number & 255);
        }

        if (!three.Success) return null;
        int[] parts = [.. ((string[])["r", "g", "b"]).Select(p => int.Parse(three.Groups[p].ValueSpan, CultureInfo.InvariantCulture))];
        return Array.TrueForAll(parts, static p => p <= 255) ? (parts[0], parts[1], parts[2]) : null;
    }

    private DescribedException Fault(string what) => new(_file, what, "write {\"#rrggbb\": label, …} or {\"label\": [r, g, b], …}");

    [GeneratedRegex("^#(?<hex>[0-9a-fA-F]{6})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Hex();

    [GeneratedRegex(@"^[\[(]?\s*(?<r>[0-9]{1,3})\s*,\s*(?<g>[0-9]{1,3})\s*,\s*(?<b>[0-9]{1,3})\s*[\])]?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Three();
}
