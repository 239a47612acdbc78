using NnUNet.Foundation;
using SkiaSharp;

namespace NnUNet.Pictures.Drawing;

/// <summary>A drawing of boxes, arrows and text as a PDF file of one page; a pixel is 1/96 of an inch, as in SVG.</summary>
/// <remarks>The file has no date and no number of its own, so that the same drawing gives the same bytes. Words are drawn as outlines: with the whole font in it the file would be several times as large.</remarks>
internal sealed class PdfPage : VectorPage, IDisposable
{
    private const float LineWidth = 1.6f;
    private const float PointsOfPixel = 72f / 96f;

    private readonly SKPictureRecorder _recorder = new();
    private readonly SKCanvas _canvas;
    private readonly SKRect _page;
    private readonly SKTypeface _plain = SKTypeface.FromFamilyName(PicturePage.FontName);
    private readonly SKTypeface _bold = SKTypeface.FromFamilyName(PicturePage.FontName, SKFontStyle.Bold);

    /// <summary>An empty white page.</summary>
    public PdfPage(double width, double height)
    {
        _page = SKRect.Create((float)width, (float)height);
        _canvas = _recorder.BeginRecording(_page);
        _canvas.Clear(SKColors.White);
    }

    /// <inheritdoc/>
    public override void Box(double x, double y, double width, double height, string fill, string stroke, double radius = 8)
    {
        SKRect box = SKRect.Create((float)x, (float)y, (float)width, (float)height);
        using SKPaint inside = new() { Color = SKColor.Parse(fill), IsAntialias = true };
        using SKPaint edge = new() { Color = SKColor.Parse(stroke), Style = SKPaintStyle.Stroke, StrokeWidth = 1, IsAntialias = true };
        _canvas.DrawRoundRect(box, (float)radius, (float)radius, inside);
        _canvas.DrawRoundRect(box, (float)radius, (float)radius, edge);
    }

    /// <inheritdoc/>
    public override void Text(double x, double y, string words, double size, string anchor = "start", string colour = "#1f2933", bool bold = false)
    {
        using SKFont font = new(bold ? _bold : _plain, (float)size);
        using SKPaint paint = new() { Color = SKColor.Parse(colour), IsAntialias = true };
        float width = font.MeasureText(words);
        float left = (float)x - (anchor switch { "middle" => width / 2, "end" => width, _ => 0 });
        using SKPath outlines = font.GetTextPath(words, new SKPoint(left, (float)y));
        _canvas.DrawPath(outlines, paint);
    }

    /// <inheritdoc/>
    /// <remarks>The page takes no more drawing afterwards.</remarks>
    public override void Save(string path)
    {
        using SKPicture drawing = _recorder.EndRecording();
        AtomicFile.Write(path, stream =>
        {
            using SKManagedWStream output = new(stream);
            using SKDocument document = SKDocument.CreatePdf(output, new SKDocumentPdfMetadata { RasterDpi = SKDocument.DefaultRasterDpi, EncodingQuality = 100 })
                ?? throw new DescribedException(path, "the drawing library makes no PDF on this system", "use the SVG beside it");
            SKCanvas page = document.BeginPage(_page.Width * PointsOfPixel, _page.Height * PointsOfPixel);
            page.Scale(PointsOfPixel);
            page.DrawPicture(drawing);
            document.EndPage();
            document.Close();
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _canvas.Dispose();
        _recorder.Dispose();
        _plain.Dispose();
        _bold.Dispose();
    }

    /// <inheritdoc/>
    protected override void Line(double fromX, double fromY, double toX, double toY, string colour, bool dashed)
    {
        using SKPaint line = new() { Color = SKColor.Parse(colour), Style = SKPaintStyle.Stroke, StrokeWidth = LineWidth, IsAntialias = true };
        using SKPathEffect? dashes = dashed ? SKPathEffect.CreateDash([6, 4], 0) : null;
        line.PathEffect = dashes;
        _canvas.DrawLine((float)fromX, (float)fromY, (float)toX, (float)toY, line);
    }

    /// <inheritdoc/>
    protected override void Triangle((double X, double Y) a, (double X, double Y) b, (double X, double Y) c, string colour)
    {
        using SKPaint inside = new() { Color = SKColor.Parse(colour), IsAntialias = true };
        using SKPath triangle = new();
        triangle.MoveTo((float)a.X, (float)a.Y);
        triangle.LineTo((float)b.X, (float)b.Y);
        triangle.LineTo((float)c.X, (float)c.Y);
        triangle.Close();
        _canvas.DrawPath(triangle, inside);
    }
}
