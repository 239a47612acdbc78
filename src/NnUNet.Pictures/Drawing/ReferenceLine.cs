using SkiaSharp;

namespace NnUNet.Pictures.Drawing;

/// <summary>The line of a reference: white dashes with black edges, seen on any grey and any colour; between them what lies below.</summary>
internal static class ReferenceLine
{
    private const float Dash = 5, Space = 4, Edge = 1;

    /// <summary>Draws the line.</summary>
    public static void Draw(SKCanvas canvas, SKPath path)
    {
        Stroke(canvas, path, SKColors.Black, 3.4f, [Dash + (2 * Edge), Space - (2 * Edge) + 1], 0);
        Stroke(canvas, path, SKColors.White, 1.6f, [Dash, Space + 1], Dash + Space + 1 - Edge);
    }

    private static void Stroke(SKCanvas canvas, SKPath path, SKColor colour, float width, float[] dashes, float phase)
    {
        using SKPathEffect dashed = SKPathEffect.CreateDash(dashes, phase);
        using SKPaint line = new() { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = width, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true, PathEffect = dashed };
        canvas.DrawPath(path, line);
    }
}
