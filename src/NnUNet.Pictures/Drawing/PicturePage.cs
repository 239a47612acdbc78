using SkiaSharp;

namespace NnUNet.Pictures.Drawing;

/// <summary>A page of pixels to draw on, dark unless it is asked for otherwise.</summary>
internal sealed class PicturePage : IDisposable
{
    /// <summary>The letters of all pictures; others where a machine has not got them.</summary>
    public const string FontName = "DejaVu Sans";

    public const float Small = 12;
    public const float Normal = 14;
    public const float Large = 20;
    public static readonly SKColor White = new(235, 235, 235);
    public static readonly SKColor Grey = new(160, 160, 165);
    private static readonly SKColor Background = new(20, 20, 22);

    private static readonly SKTypeface Typeface = SKTypeface.FromFamilyName(FontName);

    private readonly SKBitmap _bitmap;

    /// <summary>An empty page.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="background">Its colour; null for the dark one.</param>
    public PicturePage(int width, int height, SKColor? background = null)
    {
        _bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Canvas = new SKCanvas(_bitmap);
        Canvas.Clear(background ?? Background);
    }

    /// <summary>Where to draw.</summary>
    public SKCanvas Canvas { get; }

    /// <summary>Pixels from left to right.</summary>
    public int Width => _bitmap.Width;

    /// <summary>Writes a line of text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="x">Its left end.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="size">Pixels.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="widest">Pixels that it may be wide; a longer text ends in dots.</param>
    /// <returns>The width of the text in pixels.</returns>
    public float Text(string text, float x, float y, float size, SKColor colour, float widest = float.PositiveInfinity)
    {
        using SKFont font = new(Typeface, size);
        using SKPaint paint = new() { Color = colour, IsAntialias = true };
        string shown = text;
        for (int length = text.Length; length > 0 && font.MeasureText(shown) > widest; length--) shown = text[..(length - 1)] + "…";
        Canvas.DrawText(shown, x, y, font, paint);
        return font.MeasureText(shown);
    }

    /// <summary>The width of a line of text in pixels.</summary>
    public static float Measure(string text, float size)
    {
        using SKFont font = new(Typeface, size);
        return font.MeasureText(text);
    }

    /// <summary>A line of text that is read on any ground: white with a black edge.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="text">The text.</param>
    /// <param name="x">Its left end.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="size">Pixels.</param>
    public static void TextOnPicture(SKCanvas canvas, string text, float x, float y, float size)
    {
        using SKFont font = new(Typeface, size) { Embolden = true };
        using SKPaint edge = new() { Color = SKColors.Black, Style = SKPaintStyle.Stroke, StrokeWidth = 3, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true };
        using SKPaint fill = new() { Color = SKColors.White, IsAntialias = true };
        canvas.DrawText(text, x, y, font, edge);
        canvas.DrawText(text, x, y, font, fill);
    }

    /// <summary>A small square of one colour.</summary>
    public void Swatch(float x, float y, float edge, SKColor colour)
    {
        using SKPaint paint = new() { Color = colour, IsAntialias = true };
        Canvas.DrawRoundRect(SKRect.Create(x, y, edge, edge), 2, 2, paint);
    }

    /// <summary>The page as PNG.</summary>
    public byte[] Png()
    {
        Canvas.Flush();
        using SKData png = _bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    public void Dispose()
    {
        Canvas.Dispose();
        _bitmap.Dispose();
    }
}
