using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>One small picture of a case: the prediction's outline in colour, the reference's as <see cref="ReferenceLine"/>.</summary>
internal static class CaseThumbnail
{
    /// <summary>All planes side by side, each in the slice through the middle of the foreground.</summary>
    /// <param name="example">The case.</param>
    /// <param name="height">Pixels.</param>
    public static byte[] AllPlanes(OverlayCase example, int height)
    {
        const int Gap = 4;
        OverlayCase zoomed = example.Zoomed();
        IReadOnlyList<AnatomicalPlane> planes = AnatomicalPlane.Of(zoomed.Prediction.Extent, zoomed.Prediction.Geometry);
        SKSize[] sizes = [.. planes.Select(plane => SlicePanel.Millimetres(zoomed.Prediction.Extent, zoomed.Prediction.Geometry.Spacing, plane))];
        float scale = height / sizes.Max(static size => Math.Max(size.Width, size.Height));
        using PicturePage page = new((int)sizes.Sum(size => (size.Width * scale) + Gap) - Gap, (int)Math.Ceiling(sizes.Max(static size => size.Height) * scale));
        SlicePanel panel = new(zoomed);
        float left = 0;
        for (int i = 0; i < planes.Count; i++)
        {
            SKRect place = SKRect.Create(left, 0, sizes[i].Width * scale, sizes[i].Height * scale);
            panel.Draw(page.Canvas, place, planes[i], planes[i].SlicesOf(zoomed.Segmentations, 1)[0], SlicePanel.Layer.Prediction, marked: true);
            left += place.Width + Gap;
        }

        return page.Png();
    }

    /// <summary>The first plane in a square.</summary>
    /// <param name="example">The case.</param>
    /// <param name="edge">Pixels of the square.</param>
    public static byte[] Square(OverlayCase example, int edge)
    {
        AnatomicalPlane plane = AnatomicalPlane.Of(example.Prediction.Extent, example.Prediction.Geometry)[0];
        SKSize size = SlicePanel.Millimetres(example.Prediction.Extent, example.Prediction.Geometry.Spacing, plane);
        float scale = edge / Math.Max(size.Width, size.Height);
        using PicturePage page = new(edge, edge);
        SKRect place = SKRect.Create((edge - (size.Width * scale)) / 2, (edge - (size.Height * scale)) / 2, size.Width * scale, size.Height * scale);
        new SlicePanel(example).Draw(page.Canvas, place, plane, plane.SlicesOf(example.Segmentations, 1)[0], SlicePanel.Layer.Prediction, marked: true);
        return page.Png();
    }
}
