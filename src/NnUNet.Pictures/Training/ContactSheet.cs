using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using NnUNet.Pictures.Overlays;
using SkiaSharp;

namespace NnUNet.Pictures.Training;

/// <summary>
/// A PNG of patches before and after a change, side by side with the contours of their segmentations, each in the slice that shows
/// most of its labels; below them the same slices with the labels of the cascade's first stage, where there is one. All have the
/// grey levels of the patch before, so that brightness can be compared. Array axes: y down, x right; the patches have no directions
/// of a patient, since the augmentation turns and mirrors them.
/// </summary>
internal sealed class ContactSheet
{
    private const int Columns = 3;
    private const int PanelWidth = 220;
    private const int HighestPanel = 330;
    private const int Gap = 6;
    private const int Margin = 18;
    private const float TextSize = PicturePage.Small;
    private const int LineHeight = 18;
    private const int WordLines = 2;

    private readonly ImageGeometry _geometry;
    private readonly AnatomicalPlane _plane;
    private readonly SKSize _panel;

    private ContactSheet(Extent patch, Spacing spacing)
    {
        _geometry = ImageGeometry.FromSpacing(spacing);
        _plane = AnatomicalPlane.OfArray with { Unit = AnatomicalPlane.UnitOf(spacing) };
        SKSize size = SlicePanel.Millimetres(patch, spacing, _plane);
        float scale = Math.Min(PanelWidth / size.Width, HighestPanel / size.Height);
        _panel = new SKSize(size.Width * scale, size.Height * scale);
    }

    private int CellWidth => (int)(2 * _panel.Width) + Gap;

    private int RowHeight => (int)_panel.Height + Gap;

    private int CellHeight => LineHeight + Gap + RowHeight + (WordLines * LineHeight);

    /// <summary>Writes the sheet.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="title">The title above all panels.</param>
    /// <param name="pairs">The patches, at least one.</param>
    /// <param name="spacing">Millimetres between voxels, array order.</param>
    /// <param name="names">Names of labels by their value as text.</param>
    public static void Write(string path, string title, IReadOnlyList<PatchPair> pairs, Spacing spacing, IReadOnlyDictionary<string, string> names)
    {
        ContactSheet sheet = new(pairs[0].Before.Extent, spacing);
        int columns = Math.Min(Columns, pairs.Count);
        int rows = ((pairs.Count - 1) / columns) + 1;
        int cell = sheet.CellHeight + Margin + (pairs.Any(static p => p.PreviousStage is not null) ? sheet.RowHeight : 0);
        int width = Margin + (columns * (sheet.CellWidth + Margin)), room = width - (2 * Margin);
        IEnumerable<int> labels = pairs.SelectMany(static p => p.BeforeLabels.Voxels).Where(static v => v > 0).Distinct().Order().Select(static v => (int)v);
        PictureLegend legend = PictureLegend.Of(title, labels, names, reference: false);
        int header = Margin + (int)legend.Height(room);
        using PicturePage page = new(width, header + (rows * cell));
        legend.Draw(page, Margin, Margin, room);
        for (int i = 0; i < pairs.Count; i++) sheet.DrawPair(page, pairs[i], Margin + (i % columns * (sheet.CellWidth + Margin)), header + (i / columns * cell));

        byte[] png = page.Png();
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private void DrawPair(PicturePage page, PatchPair pair, int left, int top)
    {
        int before = AnatomicalPlane.OfArray.SliceOfMost(pair.BeforeLabels);
        int after = AnatomicalPlane.OfArray.SliceOfMost(pair.AfterLabels);
        (float Low, float High) window = SlicePicture.Window(pair.Before.Slice(before));
        page.Text($"{pair.Title}: as it is", left, top + TextSize, TextSize, PicturePage.White, _panel.Width);
        float right = left + _panel.Width + Gap;
        page.Text("as the network sees it", right, top + TextSize, TextSize, PicturePage.White, _panel.Width);
        int panels = top + LineHeight + Gap;
        DrawPanel(page.Canvas, pair.Before, pair.BeforeLabels, before, window, left, panels, marked: true);
        DrawPanel(page.Canvas, pair.After, pair.AfterLabels, after, window, right, panels, marked: false);
        if (pair.PreviousStage is { } previous)
        {
            panels += RowHeight;
            DrawPanel(page.Canvas, pair.Before, previous.Before, before, window, left, panels, marked: false);
            DrawPanel(page.Canvas, pair.After, previous.After, after, window, right, panels, marked: false);
        }

        List<string> lines = Lines(pair.Words);
        for (int i = 0; i < lines.Count; i++) page.Text(lines[i], left, panels + _panel.Height + ((i + 1) * LineHeight), TextSize, PicturePage.Grey, CellWidth);
    }

    private void DrawPanel(SKCanvas canvas, Volume<float> image, Volume<short> labels, int slice, (float Low, float High) window, float left, float top, bool marked)
    {
        Volume<short> placed = new(labels.Voxels, labels.Extent, _geometry);
        OverlayCase patch = new() { CaseId = "", Image = image, Prediction = placed, Window = window };
        new SlicePanel(patch).Draw(canvas, SKRect.Create(left, top, _panel.Width, _panel.Height), _plane, slice, SlicePanel.Layer.Prediction, marked);
    }

    /// <summary>Breaks a text into lines as wide as the two panels; what does not fit ends in dots.</summary>
    private List<string> Lines(IReadOnlyList<string> words)
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
