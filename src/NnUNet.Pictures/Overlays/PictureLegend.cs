using System.Globalization;
using NnUNet.Core.Evaluation;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>The head of a picture: a title, each label's colour, name and Dice, and what the lines mean; as many lines as it needs.</summary>
internal sealed class PictureLegend
{
    private const float Swatch = 12, Sample = 26, Space = 18, TitleHeight = 30, LineHeight = 21;
    private readonly string _title;
    private readonly List<(int Label, string Words)> _items;
    private readonly bool _reference;

    private PictureLegend(string title, List<(int Label, string Words)> items, bool reference) => (_title, _items, _reference) = (title, items, reference);

    /// <summary>The head of a case's picture.</summary>
    public static PictureLegend Of(OverlayCase example)
    {
        IReadOnlyDictionary<int, double> dice = example.Dice();
        return new PictureLegend(
            example.CaseId,
            [.. example.Labels.Select(label => (label, dice.TryGetValue(label, out double value)
                ? string.Create(CultureInfo.InvariantCulture, $"{LabelNames.TextOf(label, example.LabelNames)}  Dice {value:0.000}")
                : LabelNames.TextOf(label, example.LabelNames)))],
            example.Reference is not null);
    }

    /// <summary>The head of a picture of several cases.</summary>
    public static PictureLegend Of(string title, IEnumerable<int> labels, IReadOnlyDictionary<string, string> names, bool reference) =>
        new(title, [.. labels.Select(label => (label, LabelNames.TextOf(label, names)))], reference);

    /// <summary>The height in pixels on a page with this much room from left to right.</summary>
    public float Height(float width) => TitleHeight + (Places(width).Select(static place => place.Line).DefaultIfEmpty(0).Max() * LineHeight) + LineHeight + 6;

    /// <summary>Draws the head.</summary>
    public void Draw(PicturePage page, float left, float top, float width)
    {
        page.Text(_title, left, top + 16, PicturePage.Large, PicturePage.White, width);
        foreach ((int label, string words, float x, int line) in Places(width))
        {
            float start = left + x, y = top + TitleHeight + 14 + (line * LineHeight);
            if (label > 0) page.Swatch(start, y - Swatch + 1, Swatch, SlicePicture.ColourOf(label));
            if (label < 0) Dashes(page.Canvas, start, y - 5);
            page.Text(words, start + Mark(label), y, PicturePage.Normal, label > 0 ? PicturePage.White : PicturePage.Grey, width - Mark(label));
        }
    }

    private static float Mark(int label) => label switch { > 0 => Swatch + 6, < 0 => Sample + 6, _ => 0 };

    private static void Dashes(SKCanvas canvas, float left, float y)
    {
        using SKPath path = new();
        path.MoveTo(left, y);
        path.LineTo(left + Sample, y);
        using SKPaint ground = new() { Color = new SKColor(110, 110, 115) };
        canvas.DrawRect(SKRect.Create(left, y - 6, Sample, 12), ground);
        ReferenceLine.Draw(canvas, path);
    }

    /// <summary>Where each item stands: a label, the reference's line (-1) or words alone (0).</summary>
    private IEnumerable<(int Label, string Words, float X, int Line)> Places(float width)
    {
        List<(int Label, string Words)> items = [.. _items];
        if (items.Count == 0) items.Add((0, "no foreground"));
        if (_reference) items.Add((-1, "reference"));
        float x = 0;
        int line = 0;
        foreach ((int label, string words) in items)
        {
            float own = Mark(label) + PicturePage.Measure(words, PicturePage.Normal);
            if (x > 0 && x + own > width) (x, line) = (0, line + 1);
            yield return (label, words, x, line);
            x += own + Space;
        }
    }
}
