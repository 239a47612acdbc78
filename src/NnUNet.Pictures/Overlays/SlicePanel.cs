using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>Draws one slice of a case: grey levels, labels as tints and outlines.</summary>
/// <param name="example">The case; all its slices share the grey levels.</param>
internal sealed class SlicePanel(OverlayCase example)
{
    private const byte Tint = 46;
    private const float LineWidth = 1.8f;
    private const float ThinnestLine = 0.5f;
    private static readonly SKColor Nothing = new(34, 34, 36);
    private readonly (float Low, float High) _window = example.GreyLevels();

    /// <summary>What is drawn over the image.</summary>
    internal enum Layer
    {
        /// <summary>Nothing.</summary>
        Image,

        /// <summary>The reference, tinted and outlined.</summary>
        Reference,

        /// <summary>The prediction, tinted and outlined, with the reference's outline as <see cref="ReferenceLine"/>.</summary>
        Prediction,
    }

    /// <summary>The size of a plane's slices in millimetres.</summary>
    public static SKSize Millimetres(Extent extent, Spacing spacing, AnatomicalPlane plane) =>
        new((float)(extent[plane.Columns] * spacing[plane.Columns]), (float)(extent[plane.Rows] * spacing[plane.Rows]));

    /// <summary>Draws a slice into a place of the page.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="place">The slice's place on it.</param>
    /// <param name="plane">The plane.</param>
    /// <param name="slice">The slice of the plane.</param>
    /// <param name="layer">What lies over the image.</param>
    /// <param name="marked">Whether directions and a scale bar stand on it.</param>
    public void Draw(SKCanvas canvas, SKRect place, AnatomicalPlane plane, int slice, Layer layer, bool marked)
    {
        DrawLayer(canvas, place, plane, slice, layer);
        if (marked) SliceMarks.Draw(canvas, place, example.Prediction.Extent, example.Prediction.Geometry.Spacing, plane);
    }

    private void DrawLayer(SKCanvas canvas, SKRect place, AnatomicalPlane plane, int slice, Layer layer)
    {
        int width = example.Prediction.Extent[plane.Columns];
        Grey(canvas, place, plane, slice, width);
        if (layer == Layer.Image) return;

        canvas.Save();
        canvas.ClipRect(place);
        short[]? reference = example.Reference is { } truth ? plane.Slice(truth, slice) : null;
        short[]? shown = layer == Layer.Reference ? reference : plane.Slice(example.Prediction, slice);
        if (shown is not null)
        {
            Tints(canvas, place, shown, width);
            foreach (int label in example.Labels) Outline(canvas, place, shown, width, label, SlicePicture.ColourOf(label));
        }

        if (layer == Layer.Prediction && reference is not null)
        {
            foreach (int label in example.Labels) Outline(canvas, place, reference, width, label, null);
        }

        canvas.Restore();
    }

    private void Grey(SKCanvas canvas, SKRect place, AnatomicalPlane plane, int slice, int width)
    {
        using SKPaint empty = new() { Color = Nothing };
        canvas.DrawRect(place, empty);
        if (example.Image is not { } image) return;

        float[] voxels = plane.Slice(image, slice);
        using SKBitmap grey = SlicePicture.Grey(new Volume<float>(voxels, new Extent(1, voxels.Length / width, width)), 0, _window);
        SlicePicture.Draw(canvas, place, grey);
    }

    private static void Tints(SKCanvas canvas, SKRect place, short[] labels, int width)
    {
        using SKBitmap tints = SlicePicture.Colour(new Volume<short>(labels, new Extent(1, labels.Length / width, width)), 0, Tint);
        using SKImage image = SKImage.FromBitmap(tints);
        canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
    }

    /// <summary>Draws the outline of one label.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="place">The slice's place on it.</param>
    /// <param name="labels">The slice.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="label">The label to outline.</param>
    /// <param name="colour">The line's colour; null for a reference below which there is something to compare.</param>
    private static void Outline(SKCanvas canvas, SKRect place, short[] labels, int width, int label, SKColor? colour)
    {
        using SKPath outline = LabelOutline.Of(labels, width, label);
        if (outline.IsEmpty) return;

        // Where a pixel of the page shows several voxels, thick lines would cover the structures that they are to show.
        float size = Math.Clamp(place.Width / width, ThinnestLine, 1);
        outline.Transform(SKMatrix.CreateScaleTranslation(place.Width / width, place.Height / (labels.Length / width), place.Left, place.Top));
        if (colour is not { } own)
        {
            ReferenceLine.Draw(canvas, outline, size);
            return;
        }

        using SKPaint line = new() { Color = own, Style = SKPaintStyle.Stroke, StrokeWidth = LineWidth * size, StrokeJoin = SKStrokeJoin.Round, IsAntialias = true };
        canvas.DrawPath(outline, line);
    }
}
