using NnUNet.Imaging;
using SkiaSharp;

namespace NnUNet.Pictures.Drawing;

/// <summary>One slice of a volume (z, y, x) as pixels: what all pictures of slices share.</summary>
internal static class SlicePicture
{
    private static readonly SKColor[] Colours =
        [new(230, 60, 60), new(70, 200, 90), new(80, 140, 255), new(245, 200, 40), new(200, 90, 220), new(60, 210, 210), new(250, 140, 40), new(190, 190, 190)];

    /// <summary>The slice along z that shows the largest shares of all labels, small ones too; the middle one where there are none.</summary>
    public static int SliceOf(Volume<short> labels)
    {
        if (!HasForeground(labels)) return labels.Extent.Z / 2;

        double[] shares = new double[labels.Extent.Z];
        foreach (short label in labels.Voxels.Where(static voxel => voxel > 0).Distinct())
        {
            double all = labels.Voxels.AsSpan().Count(label);
            for (int z = 0; z < shares.Length; z++) shares[z] += labels.Slice(z).Count(label) / all;
        }

        return Array.IndexOf(shares, shares.Max());
    }

    /// <summary>Whether there is any label but 0.</summary>
    public static bool HasForeground(Volume<short> labels) => labels.Voxels.AsSpan().ContainsAnyExcept((short)0);

    /// <summary>The 1st and 99th percentile of the finite voxels: so that single bright voxels do not darken the rest.</summary>
    public static (float Low, float High) Window(ReadOnlySpan<float> voxels)
    {
        float[] sorted = [.. voxels.ToArray().Where(float.IsFinite).Order()];
        return sorted.Length == 0 ? (0, 1) : (sorted[sorted.Length / 100], sorted[sorted.Length - 1 - (sorted.Length / 100)]);
    }

    /// <summary>Voxels as levels of grey from the window's low end to its high end.</summary>
    public static SKBitmap Grey(Volume<float> image, int slice, (float Low, float High) window)
    {
        SKBitmap bitmap = new(image.Extent.X, image.Extent.Y, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < image.Extent.Y; y++)
        {
            ReadOnlySpan<float> row = image.Row(slice, y);
            for (int x = 0; x < row.Length; x++)
            {
                float share = (row[x] - window.Low) / Math.Max(window.High - window.Low, 1e-12f);
                byte level = float.IsNaN(share) ? (byte)0 : (byte)(255 * Math.Clamp(share, 0, 1));
                bitmap.SetPixel(x, y, new SKColor(level, level, level));
            }
        }

        return bitmap;
    }

    /// <summary>The colour of a label above 0.</summary>
    public static SKColor ColourOf(int label) => Colours[(label - 1) % Colours.Length];

    /// <summary>A colour for every label but 0, on a transparent ground.</summary>
    public static SKBitmap Colour(Volume<short> labels, int slice, byte opacity)
    {
        SKBitmap bitmap = new(labels.Extent.X, labels.Extent.Y, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Erase(SKColors.Transparent);
        for (int y = 0; y < labels.Extent.Y; y++)
        {
            ReadOnlySpan<short> row = labels.Row(slice, y);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] > 0) bitmap.SetPixel(x, y, ColourOf(row[x]).WithAlpha(opacity));
            }
        }

        return bitmap;
    }

    /// <summary>Draws both into a place of the page.</summary>
    public static void Draw(SKCanvas canvas, SKRect place, SKBitmap grey, SKBitmap? colours)
    {
        using SKImage image = SKImage.FromBitmap(grey);
        canvas.DrawImage(image, place, new SKSamplingOptions(SKCubicResampler.Mitchell));
        if (colours is null) return;

        using SKImage overlay = SKImage.FromBitmap(colours);
        canvas.DrawImage(overlay, place, new SKSamplingOptions(SKFilterMode.Nearest));
    }

    /// <summary>Draws the borders between labels along the voxels' edges, each in the colour of the larger label.</summary>
    public static void DrawContours(SKCanvas canvas, SKRect place, Volume<short> labels, int slice)
    {
        float width = place.Width / labels.Extent.X;
        float height = place.Height / labels.Extent.Y;
        using SKPaint paint = new() { StrokeWidth = 2, StrokeCap = SKStrokeCap.Round, IsAntialias = true };
        for (int y = 0; y < labels.Extent.Y; y++)
        {
            ReadOnlySpan<short> row = labels.Row(slice, y);
            ReadOnlySpan<short> below = y + 1 < labels.Extent.Y ? labels.Row(slice, y + 1) : row;
            float top = place.Top + (y * height);
            for (int x = 0; x < row.Length; x++)
            {
                float left = place.Left + (x * width);
                short right = x + 1 < row.Length ? row[x + 1] : row[x];
                if (Border(row[x], right)) canvas.DrawLine(left + width, top, left + width, top + height, paint);
                if (Border(row[x], below[x])) canvas.DrawLine(left, top + height, left + width, top + height, paint);
            }
        }

        bool Border(short one, short other)
        {
            if (one == other || Math.Max(one, other) <= 0) return false;

            paint.Color = ColourOf(Math.Max(one, other));
            return true;
        }
    }

    /// <summary>Writes a line of text.</summary>
    public static void Text(SKCanvas canvas, SKFont font, string text, float x, float y)
    {
        using SKPaint paint = new() { Color = new SKColor(230, 230, 230), IsAntialias = true };
        canvas.DrawText(text, x, y, font, paint);
    }
}
