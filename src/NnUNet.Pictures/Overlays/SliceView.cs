using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;
using SkiaSharp;

namespace NnUNet.Pictures.Overlays;

/// <summary>Single slices of a case as pictures, for pages that cannot draw volumes themselves.</summary>
/// <remarks>As in the sheets of <see cref="OverlayRun"/>: the prediction tinted and outlined in its labels' colours, the reference as dashed lines.</remarks>
/// <param name="example">The case; image and segmentations have one extent (z, y, x).</param>
public sealed class SliceView(OverlayCase example)
{
    /// <summary>The smallest picture's longer edge, in pixels.</summary>
    public const int SmallestEdge = 64;

    /// <summary>The largest picture's longer edge, in pixels.</summary>
    public const int LargestEdge = 2048;

    /// <summary>The planes in which slices can be seen: axial, coronal and sagittal, or the one of an image of two dimensions.</summary>
    /// <param name="extent">The image's voxels (z, y, x).</param>
    /// <param name="geometry">Where they lie.</param>
    public static IReadOnlyList<SlicePlane> Planes(Extent extent, ImageGeometry geometry) =>
        [.. AnatomicalPlane.Of(extent, geometry).Select(plane => new SlicePlane(plane.Name, extent[plane.Across]))];

    /// <summary>One slice as PNG, with the patient's directions and a scale bar.</summary>
    /// <param name="plane">The plane: an index into <see cref="Planes"/>.</param>
    /// <param name="slice">The slice of that plane, from 0 on, in the order of the voxels.</param>
    /// <param name="edge">The picture's longer edge in pixels.</param>
    /// <param name="drawsSegmentations">Whether segmentations lie over the image.</param>
    /// <exception cref="DescribedException">There is no such plane or slice, the picture is too small or large, or the volumes differ in extent.</exception>
    public byte[] Png(int plane, int slice, int edge, bool drawsSegmentations = true)
    {
        example.Check();
        Extent extent = example.Prediction.Extent;
        IReadOnlyList<AnatomicalPlane> planes = AnatomicalPlane.Of(extent, example.Prediction.Geometry);
        if (plane < 0 || plane >= planes.Count) throw new DescribedException(example.CaseId, $"the plane is {plane}", $"give one of 0 to {planes.Count - 1}");
        AnatomicalPlane shown = planes[plane];
        if (slice < 0 || slice >= extent[shown.Across]) throw new DescribedException(example.CaseId, $"the slice is {slice}", $"give one of 0 to {extent[shown.Across] - 1}");
        if (edge is < SmallestEdge or > LargestEdge) throw new DescribedException(example.CaseId, $"the picture's edge is {edge}", $"give {SmallestEdge} to {LargestEdge} pixels");

        SKSize size = SlicePanel.Millimetres(extent, example.Prediction.Geometry.Spacing, shown);
        float scale = edge / Math.Max(size.Width, size.Height);
        int width = Math.Max(1, (int)Math.Round(size.Width * scale)), height = Math.Max(1, (int)Math.Round(size.Height * scale));
        using PicturePage page = new(width, height);
        new SlicePanel(example).Draw(page.Canvas, SKRect.Create(width, height), shown, slice, drawsSegmentations ? SlicePanel.Layer.Prediction : SlicePanel.Layer.Image, marked: true);
        return page.Png();
    }
}

/// <summary>A plane through an image.</summary>
/// <param name="Name">axial, coronal or sagittal; empty for the only plane of an image of two dimensions.</param>
/// <param name="Slices">How many slices it has.</param>
public sealed record SlicePlane(string Name, int Slices);
