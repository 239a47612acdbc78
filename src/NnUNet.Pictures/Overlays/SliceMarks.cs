using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>What stands on a slice for its reader: the patient's directions at the edges and a bar of a round length.</summary>
internal static class SliceMarks
{
    private const float Inset = 5;
    private const float SmallestEdge = 56;

    /// <summary>Draws them into the slice's place; nothing where it is too small for them.</summary>
    public static void Draw(SKCanvas canvas, SKRect place, Extent extent, Spacing spacing, AnatomicalPlane plane)
    {
        if (place.Width < SmallestEdge || place.Height < SmallestEdge) return;

        float size = Math.Min(place.Width, place.Height) < 150 ? 10 : 12;
        if (plane.Marks is { } marks)
        {
            float middle = place.MidY + (size * 0.36f);
            PicturePage.TextOnPicture(canvas, marks.Left, place.Left + Inset, middle, size);
            PicturePage.TextOnPicture(canvas, marks.Right, place.Right - Inset - PicturePage.Measure(marks.Right, size), middle, size);
            PicturePage.TextOnPicture(canvas, marks.Top, place.MidX - (PicturePage.Measure(marks.Top, size) / 2), place.Top + Inset + (size * 0.75f), size);
            PicturePage.TextOnPicture(canvas, marks.Bottom, place.MidX - (PicturePage.Measure(marks.Bottom, size) / 2), place.Bottom - Inset, size);
        }

        Bar(canvas, place, SlicePanel.Millimetres(extent, spacing, plane).Width, plane.Unit, size);
    }

    private static void Bar(SKCanvas canvas, SKRect place, double width, string unit, float size)
    {
        double length = ScaleBar.LengthFor(width);
        float left = place.Left + Inset + 1, right = left + (float)(length / width * place.Width), y = place.Bottom - Inset - 2;
        using SKPaint edge = new() { Color = SKColors.Black, StrokeWidth = 5, StrokeCap = SKStrokeCap.Square };
        using SKPaint bar = new() { Color = SKColors.White, StrokeWidth = 2.5f };
        canvas.DrawLine(left, y, right, y, edge);
        canvas.DrawLine(left, y, right, y, bar);
        PicturePage.TextOnPicture(canvas, ScaleBar.Words(length, unit), left - 1, y - 6, size - 1);
    }
}
