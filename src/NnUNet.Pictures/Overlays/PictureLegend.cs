using System.Globalization;
using NnUNet.Pictures.Drawing;

namespace NnUNet.Pictures.Overlays;

/// <summary>The head of a picture: the case's name, each label's colour, name and Dice, and what the lines mean.</summary>
internal static class PictureLegend
{
    private const float Swatch = 12;
    private const float Space = 18;

    /// <summary>Draws the head; about 60 pixels high.</summary>
    public static void Draw(PicturePage page, OverlayCase example, float left, float top)
    {
        page.Text(example.CaseId, left, top + 14, PicturePage.Large, PicturePage.White, page.Width - (2 * left));
        IReadOnlyDictionary<int, double> dice = example.Dice();
        IEnumerable<(int Label, string Words)> words = example.Labels.Select(label => (label, dice.TryGetValue(label, out double value)
            ? string.Create(CultureInfo.InvariantCulture, $"{Name(example.LabelNames, label)}  Dice {value:0.000}")
            : Name(example.LabelNames, label)));
        float x = Labels(page, words, left, top + 38);
        if (example.Labels.Count == 0) x += page.Text("no foreground", x, top + 38, PicturePage.Normal, PicturePage.Grey) + Space;
        if (example.Reference is not null) page.Text("dashes: reference", x, top + 38, PicturePage.Normal, PicturePage.Grey);
    }

    /// <summary>A row of coloured squares with words.</summary>
    /// <returns>Where it ends.</returns>
    public static float Labels(PicturePage page, IEnumerable<(int Label, string Words)> labels, float left, float y)
    {
        foreach ((int label, string words) in labels)
        {
            page.Swatch(left, y - Swatch + 1, Swatch, SlicePicture.ColourOf(label));
            left += Swatch + 6;
            left += page.Text(words, left, y, PicturePage.Normal, PicturePage.White) + Space;
        }

        return left;
    }

    /// <summary>A label's value and name.</summary>
    public static string Name(IReadOnlyDictionary<string, string> names, int label)
    {
        string key = label.ToString(CultureInfo.InvariantCulture);
        return names.TryGetValue(key, out string? name) ? $"{key} {name}" : $"label {key}";
    }
}
