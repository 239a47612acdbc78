using SkiaSharp;

namespace NnUNet.Pictures.Drawing;

/// <summary>
/// The line of a reference: short white dashes with black edges, seen on any grey and any colour. The gaps are longer than the dashes,
/// so that a line of the segmentation that lies below, as it does where both agree, keeps its colour.
/// </summary>
internal static class ReferenceLine
{
    private const float Dash = 4, Space = 8, Edge = 0.9f;
    private const float Width = 1.6f;

    /// <summary>Draws the line.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="path">The line.</param>
    /// <param name="size">Its width and its dashes as a share of the usual ones, greater than 0 and at most 1.</param>
    public static void Draw(SKCanvas canvas, SKPath path, float size = 1)
    {
        Stroke(canvas, path, SKColors.Black, (Width + (2 * Edge)) * size, [(Dash + (2 * Edge)) * size, (Space - (2 * Edge)) * size], 0);
        Stroke(canvas, path, SKColors.White, Width * size, [Dash * size, Space * size], (Dash + Space - Edge) * size);
    }

    private static void Stroke(SKCanvas canvas, SKPath path, SKColor colour, float width, float[] dashes, float phase)
    {
        using SKPathEffect dashed = SKPathEffect.CreateDash(dashes, phase);
        using SKPaint line = new() { Color = colour, Style = SKPaintStyle.Stroke, StrokeWidth = width, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true, PathEffect = dashed };
        canvas.DrawPath(path, line);
    }
}
