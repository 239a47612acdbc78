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
        Span<byte> pixels = bitmap.GetPixelSpan(); // SetPixel would make a canvas for each of them
        int stride = bitmap.RowBytes;
        float width = Math.Max(window.High - window.Low, 1e-12f);
        for (int y = 0; y < image.Extent.Y; y++)
        {
            ReadOnlySpan<float> row = image.Row(slice, y);
            for (int x = 0; x < row.Length; x++)
            {
                float share = (row[x] - window.Low) / width;
                byte level = float.IsNaN(share) ? (byte)0 : (byte)(255 * Math.Clamp(share, 0, 1));
                Put(pixels, (y * stride) + (x * 4), level, level, level, byte.MaxValue);
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
        Span<byte> pixels = bitmap.GetPixelSpan();
        int stride = bitmap.RowBytes;
        for (int y = 0; y < labels.Extent.Y; y++)
        {
            ReadOnlySpan<short> row = labels.Row(slice, y);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] <= 0) continue;

                SKColor colour = ColourOf(row[x]);
                Put(pixels, (y * stride) + (x * 4), colour.Red, colour.Green, colour.Blue, opacity);
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

    private static void Put(Span<byte> pixels, int at, byte red, byte green, byte blue, byte opacity) =>
        (pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]) = (red, green, blue, opacity);
}
