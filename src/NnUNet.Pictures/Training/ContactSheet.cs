using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Training;

/// <summary>
/// A PNG of patches before and after a change, side by side with the contours of their segmentations, each in the slice that shows
/// most of its labels; below them the same slices with the labels of the cascade's first stage, where there is one. All have the
/// grey levels of the patch before, so that brightness can be compared. Array axes: y down, x right.
/// </summary>
internal static class ContactSheet
{
    private const int Columns = 3;
    private const int PanelEdge = 220;
    private const int Gap = 6;
    private const int Margin = 18;
    private const int LineHeight = 18;
    private const int WordLines = 2;
    private const float TextSize = 13;
    private const byte Opacity = 28;
    private const int CellWidth = (2 * PanelEdge) + Gap;
    private const int CellHeight = LineHeight + Gap + PanelEdge + (WordLines * LineHeight) + Gap;
    private const int RowHeight = PanelEdge + Gap;

    /// <summary>Writes the sheet.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="title">The title above all panels.</param>
    /// <param name="pairs">The patches, at least one.</param>
    /// <param name="spacing">Millimetres between voxels, array order.</param>
    public static void Write(string path, string title, IReadOnlyList<PatchPair> pairs, Spacing spacing)
    {
        int columns = Math.Min(Columns, pairs.Count);
        int rows = ((pairs.Count - 1) / columns) + 1;
        int cell = CellHeight + Margin + (pairs.Any(static p => p.PreviousStage is not null) ? RowHeight : 0);
        using SKBitmap page = new(
            Margin + (columns * (CellWidth + Margin)), Margin + (3 * LineHeight) + (rows * cell), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKCanvas canvas = new(page);
        using SKFont font = new(SKTypeface.FromFamilyName("DejaVu Sans"), TextSize);
        canvas.Clear(new SKColor(20, 20, 20));
        SlicePicture.Text(canvas, font, title, Margin, Margin + TextSize);
        DrawLegend(canvas, font, pairs, Margin + LineHeight + TextSize + 4);
        for (int i = 0; i < pairs.Count; i++)
        {
            int left = Margin + (i % columns * (CellWidth + Margin));
            int top = Margin + (3 * LineHeight) + (i / columns * cell);
            DrawPair(canvas, font, pairs[i], spacing, left, top);
        }

        canvas.Flush();
        using SKData png = page.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    private static void DrawPair(SKCanvas canvas, SKFont font, PatchPair pair, Spacing spacing, int left, int top)
    {
        int before = SlicePicture.SliceOf(pair.BeforeLabels);
        int after = SlicePicture.SliceOf(pair.AfterLabels);
        (float Low, float High) window = SlicePicture.Window(pair.Before.Slice(before));
        SlicePicture.Text(canvas, font, $"{pair.Title}: as it is", left, top + TextSize);
        SlicePicture.Text(canvas, font, "as the network sees it", left + PanelEdge + Gap, top + TextSize);
        int panels = top + LineHeight + Gap;
        DrawPanel(canvas, pair.Before, pair.BeforeLabels, before, window, spacing, left, panels);
        DrawPanel(canvas, pair.After, pair.AfterLabels, after, window, spacing, left + PanelEdge + Gap, panels);
        if (pair.PreviousStage is { } previous)
        {
            panels += RowHeight;
            DrawPanel(canvas, pair.Before, previous.Before, before, window, spacing, left, panels);
            DrawPanel(canvas, pair.After, previous.After, after, window, spacing, left + PanelEdge + Gap, panels);
        }

        List<string> lines = Lines(font, pair.Words);
        for (int i = 0; i < lines.Count; i++) SlicePicture.Text(canvas, font, lines[i], left, panels + PanelEdge + ((i + 1) * LineHeight));
    }

    private static void DrawPanel(
        SKCanvas canvas, Volume<float> image, Volume<short> labels, int slice, (float Low, float High) window, Spacing spacing, int left, int top)
    {
        double width = image.Extent.X * spacing.X;
        double height = image.Extent.Y * spacing.Y;
        double scale = PanelEdge / Math.Max(width, height);
        SKRect place = SKRect.Create(
            left + (float)((PanelEdge - (width * scale)) / 2), top + (float)((PanelEdge - (height * scale)) / 2), (float)(width * scale), (float)(height * scale));
        using SKBitmap grey = SlicePicture.Grey(image, slice, window);
        using SKBitmap colours = SlicePicture.Colour(labels, slice, Opacity);
        SlicePicture.Draw(canvas, place, grey, colours);
        SlicePicture.DrawContours(canvas, place, labels, slice);
    }

    /// <summary>The legend: the colour of each class.</summary>
    private static void DrawLegend(SKCanvas canvas, SKFont font, IReadOnlyList<PatchPair> pairs, float baseline)
    {
        float x = Margin;
        foreach (short label in pairs.SelectMany(static p => p.BeforeLabels.Voxels).Where(static v => v > 0).Distinct().Order())
        {
            using SKPaint paint = new() { Color = SlicePicture.ColourOf(label) };
            canvas.DrawRect(x, baseline - 11, 12, 12, paint);
            string words = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"class {label}");
            SlicePicture.Text(canvas, font, words, x + 18, baseline);
            x += 18 + font.MeasureText(words) + Margin;
        }
    }

    /// <summary>Breaks a text into lines as wide as the two panels; what does not fit ends in dots.</summary>
    private static List<string> Lines(SKFont font, IReadOnlyList<string> words)
    {
        List<string> lines = [];
        foreach (string word in words)
        {
            string longer = lines.Count > 0 ? $"{lines[^1]}; {word}" : word;
            bool fits = font.MeasureText(longer) <= CellWidth - font.MeasureText(" …");
            if (lines.Count == 0) lines.Add(word);
            else if (fits) lines[^1] = longer;
            else if (lines.Count < WordLines) lines.Add(word);
            else
            {
                lines[^1] += " …";
                break;
            }
        }

        return lines;
    }
}
