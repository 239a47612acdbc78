using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>
/// A PNG with one row a case: image, reference and prediction side by side, in the slice along z that shows most of all labels.
/// Drawn in millimetres, seen as radiologists see it: the patient's left on the right, the back below.
/// </summary>
public static class OverlayPicture
{
    private const int PanelEdge = 260;
    private const int Gap = 10;
    private const int TitleHeight = 26;
    private const float TextSize = 15;
    private const byte Opacity = 120;

    /// <summary>Writes the picture.</summary>
    /// <exception cref="DescribedException">The volumes of a row differ in extent, or there is no row.</exception>
    public static void Write(string path, IReadOnlyList<OverlayRow> rows)
    {
        if (rows.Count == 0) throw new DescribedException(path, "there is no case to draw", "give at least one");
        foreach (OverlayRow row in rows) Check(row);

        bool hasReference = rows.Any(static row => row.Reference is not null);
        string[] titles = hasReference ? ["image", "reference", "prediction"] : ["image", "prediction"];
        int width = Gap + (titles.Length * (PanelEdge + Gap));
        int height = TitleHeight + (rows.Count * (PanelEdge + TitleHeight + Gap));
        using SKBitmap page = new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKCanvas canvas = new(page);
        using SKFont font = new(SKTypeface.FromFamilyName("DejaVu Sans"), TextSize);
        canvas.Clear(new SKColor(20, 20, 20));
        for (int i = 0; i < titles.Length; i++) SlicePicture.Text(canvas, font, titles[i], PanelLeft(i), TitleHeight - 8);
        for (int i = 0; i < rows.Count; i++)
        {
            int top = TitleHeight + (i * (PanelEdge + TitleHeight + Gap));
            SlicePicture.Text(canvas, font, rows[i].Title, Gap, top + TitleHeight - 8);
            DrawRow(canvas, rows[i], hasReference, top + TitleHeight);
        }

        canvas.Flush();
        using SKData png = page.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <summary>The slice along z that shows the largest shares of all labels, small ones too; the middle one where there are none.</summary>
    internal static int SliceOf(OverlayRow row) =>
        SlicePicture.SliceOf(row.Reference is { } reference && SlicePicture.HasForeground(reference) ? reference : row.Prediction);

    private static void DrawRow(SKCanvas canvas, OverlayRow row, bool hasReference, int top)
    {
        int slice = SliceOf(row);
        using SKBitmap grey = SlicePicture.Grey(row.Image, slice, SlicePicture.Window(row.Image.Slice(slice)));
        Volume<short>?[] overlays = hasReference ? [null, row.Reference, row.Prediction] : [null, row.Prediction];
        for (int i = 0; i < overlays.Length; i++)
        {
            canvas.Save();
            SKRect panel = Place(canvas, row.Image, new SKRect(PanelLeft(i), top, PanelLeft(i) + PanelEdge, top + PanelEdge));
            using SKBitmap? colours = overlays[i] is { } labels ? SlicePicture.Colour(labels, slice, Opacity) : null;
            SlicePicture.Draw(canvas, panel, grey, colours);
            canvas.Restore();
        }
    }

    /// <summary>Where the slice goes in a panel, with its edges in millimetres; flips the canvas where a file axis runs the other way.</summary>
    private static SKRect Place(SKCanvas canvas, Volume<float> image, SKRect panel)
    {
        double width = image.Extent.X * image.Geometry.Spacing.X;
        double height = image.Extent.Y * image.Geometry.Spacing.Y;
        float scale = (float)(PanelEdge / Math.Max(width, height));
        SKRect place = SKRect.Create(panel.MidX - (float)(width * scale / 2), panel.MidY - (float)(height * scale / 2), (float)width * scale, (float)height * scale);
        float horizontal = image.Geometry.ItkDirection[0] < 0 ? -1 : 1;
        float vertical = image.Geometry.ItkDirection[4] < 0 ? -1 : 1;
        canvas.Scale(horizontal, vertical, panel.MidX, panel.MidY);
        return place;
    }

    private static int PanelLeft(int panel) => Gap + (panel * (PanelEdge + Gap));

    private static void Check(OverlayRow row)
    {
        bool equal = row.Prediction.Extent == row.Image.Extent && (row.Reference is null || row.Reference.Extent == row.Image.Extent);
        if (!equal)
        {
            throw new DescribedException(
                row.Title, $"image, reference and prediction differ in extent ({row.Image.Extent}, {row.Reference?.Extent.ToString() ?? "none"}, {row.Prediction.Extent})", "give volumes of one case");
        }
    }
}
