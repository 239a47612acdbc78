using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using NnUNet.Pictures.Overlays;
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
    private const float TextSize = PicturePage.Small;
    private const int LineHeight = 18;
    private const int WordLines = 2;
    private const int CellWidth = (2 * PanelEdge) + Gap;
    private const int CellHeight = LineHeight + Gap + PanelEdge + (WordLines * LineHeight) + Gap;
    private const int RowHeight = PanelEdge + Gap;

    /// <summary>Writes the sheet.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="title">The title above all panels.</param>
    /// <param name="pairs">The patches, at least one.</param>
    /// <param name="spacing">Millimetres between voxels, array order.</param>
    /// <param name="names">Names of labels by their value as text.</param>
    public static void Write(string path, string title, IReadOnlyList<PatchPair> pairs, Spacing spacing, IReadOnlyDictionary<string, string> names)
    {
        int columns = Math.Min(Columns, pairs.Count);
        int rows = ((pairs.Count - 1) / columns) + 1;
        int cell = CellHeight + Margin + (pairs.Any(static p => p.PreviousStage is not null) ? RowHeight : 0);
        int width = Margin + (columns * (CellWidth + Margin)), room = width - (2 * Margin);
        IEnumerable<int> labels = pairs.SelectMany(static p => p.BeforeLabels.Voxels).Where(static v => v > 0).Distinct().Order().Select(static v => (int)v);
        PictureLegend legend = PictureLegend.Of(title, labels, names, reference: false);
        int header = Margin + (int)legend.Height(room);
        using PicturePage page = new(width, header + (rows * cell));
        legend.Draw(page, Margin, Margin, room);
        for (int i = 0; i < pairs.Count; i++) DrawPair(page, pairs[i], spacing, Margin + (i % columns * (CellWidth + Margin)), header + (i / columns * cell));

        byte[] png = page.Png();
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void DrawPair(PicturePage page, PatchPair pair, Spacing spacing, int left, int top)
    {
        int before = AnatomicalPlane.OfArray.SliceOfMost(pair.BeforeLabels);
        int after = AnatomicalPlane.OfArray.SliceOfMost(pair.AfterLabels);
        (float Low, float High) window = SlicePicture.Window(pair.Before.Slice(before));
        page.Text($"{pair.Title}: as it is", left, top + TextSize, TextSize, PicturePage.White, PanelEdge);
        page.Text("as the network sees it", left + PanelEdge + Gap, top + TextSize, TextSize, PicturePage.White);
        int panels = top + LineHeight + Gap;
        DrawPanel(page.Canvas, pair.Before, pair.BeforeLabels, before, window, spacing, left, panels);
        DrawPanel(page.Canvas, pair.After, pair.AfterLabels, after, window, spacing, left + PanelEdge + Gap, panels);
        if (pair.PreviousStage is { } previous)
        {
            panels += RowHeight;
            DrawPanel(page.Canvas, pair.Before, previous.Before, before, window, spacing, left, panels);
            DrawPanel(page.Canvas, pair.After, previous.After, after, window, spacing, left + PanelEdge + Gap, panels);
        }

        List<string> lines = Lines(pair.Words);
        for (int i = 0; i < lines.Count; i++) page.Text(lines[i], left, panels + PanelEdge + ((i + 1) * LineHeight), TextSize, PicturePage.Grey, CellWidth);
    }

    private static void DrawPanel(
        SKCanvas canvas, Volume<float> image, Volume<short> labels, int slice, (float Low, float High) window, Spacing spacing, int left, int top)
    {
        double width = image.Extent.X * spacing.X;
        double height = image.Extent.Y * spacing.Y;
        double scale = PanelEdge / Math.Max(width, height);
        SKRect place = SKRect.Create(
            left + (float)((PanelEdge - (width * scale)) / 2), top + (float)((PanelEdge - (height * scale)) / 2), (float)(width * scale), (float)(height * scale));
        OverlayCase patch = new() { CaseId = "", Image = image, Prediction = labels, Window = window };
        new SlicePanel(patch).Draw(canvas, place, AnatomicalPlane.OfArray, slice, SlicePanel.Layer.Prediction, marked: false);
    }

    /// <summary>Breaks a text into lines as wide as the two panels; what does not fit ends in dots.</summary>
    private static List<string> Lines(IReadOnlyList<string> words)
    {
        List<string> lines = [];
        foreach (string word in words)
        {
            string longer = lines.Count > 0 ? $"{lines[^1]}; {word}" : word;
            bool fits = PicturePage.Measure(longer, TextSize) <= CellWidth - PicturePage.Measure(" …", TextSize);
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
