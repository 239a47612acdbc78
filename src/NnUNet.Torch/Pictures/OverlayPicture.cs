using NnUNet.Imaging;
using NnUNet.Imaging.Foundation;
using SkiaSharp;

namespace NnUNet.Torch.Pictures;

/// <summary>One row of an <see cref="OverlayPicture"/>: volumes of one extent (z, y, x).</summary>
/// <param name="Title">Stands above the row.</param>
/// <param name="Image">The image.</param>
/// <param name="Reference">The reference segmentation, where there is one.</param>
/// <param name="Prediction">The segmentation to look at.</param>
public sealed record OverlayRow(string Title, Volume<float> Image, Volume<short>? Reference, Volume<short> Prediction);

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

    private static readonly SKColor[] Colours =
        [new(230, 60, 60), new(70, 200, 90), new(80, 140, 255), new(245, 200, 40), new(200, 90, 220), new(60, 210, 210), new(250, 140, 40), new(190, 190, 190)];

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
        for (int i = 0; i < titles.Length; i++) Text(canvas, font, titles[i], PanelLeft(i), TitleHeight - 8);
        for (int i = 0; i < rows.Count; i++)
        {
            int top = TitleHeight + (i * (PanelEdge + TitleHeight + Gap));
            Text(canvas, font, rows[i].Title, Gap, top + TitleHeight - 8);
            DrawRow(canvas, rows[i], hasReference, top + TitleHeight);
        }

        canvas.Flush();
        using SKData png = page.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <summary>The slice along z that shows the largest shares of all labels, small ones too; the middle one where there are none.</summary>
    internal static int SliceOf(OverlayRow row)
    {
        Volume<short> shown = row.Reference is { } reference && HasForeground(reference) ? reference : row.Prediction;
        if (!HasForeground(shown)) return shown.Extent.Z / 2;

        double[] shares = new double[shown.Extent.Z];
        foreach (short label in shown.Voxels.Where(static voxel => voxel > 0).Distinct())
        {
            double all = shown.Voxels.AsSpan().Count(label);
            for (int z = 0; z < shares.Length; z++) shares[z] += shown.Slice(z).Count(label) / all;
        }

        return Array.IndexOf(shares, shares.Max());
    }

    private static void DrawRow(SKCanvas canvas, OverlayRow row, bool hasReference, int top)
    {
        int slice = SliceOf(row);
        using SKBitmap grey = Grey(row.Image, slice);
        Volume<short>?[] overlays = hasReference ? [null, row.Reference, row.Prediction] : [null, row.Prediction];
        for (int i = 0; i < overlays.Length; i++)
        {
            canvas.Save();
            SKRect panel = Place(canvas, row.Image, new SKRect(PanelLeft(i), top, PanelLeft(i) + PanelEdge, top + PanelEdge));
            using SKImage image = SKImage.FromBitmap(grey);
            canvas.DrawImage(image, panel, new SKSamplingOptions(SKCubicResampler.Mitchell));
            if (overlays[i] is { } labels)
            {
                using SKBitmap colours = Colour(labels, slice);
                using SKImage overlay = SKImage.FromBitmap(colours);
                canvas.DrawImage(overlay, panel, new SKSamplingOptions(SKFilterMode.Nearest));
            }

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

    private static SKBitmap Grey(Volume<float> image, int slice)
    {
        (float low, float high) = Window(image.Slice(slice));
        SKBitmap bitmap = new(image.Extent.X, image.Extent.Y, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < image.Extent.Y; y++)
        {
            ReadOnlySpan<float> row = image.Row(slice, y);
            for (int x = 0; x < row.Length; x++)
            {
                float share = (row[x] - low) / Math.Max(high - low, 1e-12f);
                byte level = float.IsNaN(share) ? (byte)0 : (byte)(255 * Math.Clamp(share, 0, 1));
                bitmap.SetPixel(x, y, new SKColor(level, level, level));
            }
        }

        return bitmap;
    }

    private static SKBitmap Colour(Volume<short> labels, int slice)
    {
        SKBitmap bitmap = new(labels.Extent.X, labels.Extent.Y, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(SKColors.Transparent);
        for (int y = 0; y < labels.Extent.Y; y++)
        {
            ReadOnlySpan<short> row = labels.Row(slice, y);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] > 0) bitmap.SetPixel(x, y, Colours[(row[x] - 1) % Colours.Length].WithAlpha(Opacity));
            }
        }

        return bitmap;
    }

    // The 1st and 99th percentile: single bright voxels shall not darken the rest.
    private static (float Low, float High) Window(ReadOnlySpan<float> voxels)
    {
        float[] sorted = [.. voxels.ToArray().Where(float.IsFinite).Order()];
        return sorted.Length == 0 ? (0, 1) : (sorted[sorted.Length / 100], sorted[sorted.Length - 1 - (sorted.Length / 100)]);
    }

    private static bool HasForeground(Volume<short> labels) => labels.Voxels.AsSpan().ContainsAnyExcept((short)0);

    private static int PanelLeft(int panel) => Gap + (panel * (PanelEdge + Gap));

    private static void Text(SKCanvas canvas, SKFont font, string text, float x, float y)
    {
        using SKPaint paint = new() { Color = new SKColor(230, 230, 230), IsAntialias = true };
        canvas.DrawText(text, x, y, font, paint);
    }

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
