using NnUNet.Core.Evaluation;
using NnUNet.Imaging;
using SkiaSharp;

namespace NnUNet.Pictures.Drawing;

/// <summary>One slice of a volume (z, y, x) as pixels: what all pictures of slices share.</summary>
internal static class SlicePicture
{
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
    public static SKColor ColourOf(int label)
    {
        (byte red, byte green, byte blue) = LabelColours.Of(label);
        return new SKColor(red, green, blue);
    }

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

    /// <summary>Draws levels of grey into a place of the page.</summary>
    public static void Draw(SKCanvas canvas, SKRect place, SKBitmap grey)
    {
        using SKImage image = SKImage.FromBitmap(grey);
        canvas.DrawImage(image, place, new SKSamplingOptions(SKCubicResampler.Mitchell));
    }
}
