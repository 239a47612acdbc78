using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>Brings label maps, and maps of probabilities, onto the grid of a series: axes turned, parts put into their place. No voxel is resampled.</summary>
internal static class LabelGrid
{
    private const double SameDirection = 1e-3;
    private const double SameSpacing = 1e-3; // of the spacing
    private const double LargestShift = 0.1; // of a voxel

    /// <summary>The label map on another grid.</summary>
    /// <typeparam name="T">short for labels, float for probabilities.</typeparam>
    /// <param name="labels">The label map (z, y, x), with its axes in any order and direction; it may be a part of the grid, or reach beyond it with background.</param>
    /// <param name="extent">The grid's voxels (z, y, x).</param>
    /// <param name="geometry">Where they lie.</param>
    /// <param name="where">The file, for errors.</param>
    /// <exception cref="FileFormatException">The voxels do not lie on those of the grid, or labels lie outside.</exception>
    public static Volume<T> Place<T>(Volume<T> labels, Extent extent, ImageGeometry geometry, string where)
        where T : unmanaged, IEquatable<T>
    {
        if (geometry.Dimensions == 2)
        {
            return labels.Extent == extent ? labels.WithGeometry(geometry) : throw Misfit(where, $"the labels have {labels.Extent} voxels (z, y, x), the image {extent}");
        }

        if (labels.Extent == extent && labels.Geometry == geometry) return labels;
        Volume<T> turned = labels.Geometry.Dimensions == 2 ? labels : Reorientation.To(labels, Orientation.Of(geometry));
        ImageGeometry from = turned.Geometry;
        int[] counts = [turned.Extent.X, turned.Extent.Y, turned.Extent.Z];
        for (int axis = 0; axis < 3; axis++)
        {
            for (int world = 0; world < 3; world++)
            {
                if (Math.Abs(from.ItkDirection[(3 * world) + axis] - geometry.ItkDirection[(3 * world) + axis]) > SameDirection) throw Misfit(where, "the axes of the labels lie askew to those of the images");
            }

            if (counts[axis] > 1 && Math.Abs(from.ItkSpacing[axis] - geometry.ItkSpacing[axis]) > SameSpacing * geometry.ItkSpacing[axis])
                throw Misfit(where, string.Create(CultureInfo.InvariantCulture, $"the voxels of the labels are {from.ItkSpacing[0]:0.####} x {from.ItkSpacing[1]:0.####} x {from.ItkSpacing[2]:0.####} mm (x, y, z), those of the images {geometry.ItkSpacing[0]:0.####} x {geometry.ItkSpacing[1]:0.####} x {geometry.ItkSpacing[2]:0.####}"));
        }

        int[] shift = new int[3];
        (double X, double Y, double Z) first = Voxel(from.ItkOrigin.ToArray(), geometry);
        for (int axis = 0; axis < 3; axis++)
        {
            double voxels = axis switch { 0 => first.X, 1 => first.Y, _ => first.Z }, rounded = Math.Round(voxels);
            if (!(Math.Abs(voxels - rounded) <= LargestShift)) throw Misfit(where, string.Create(CultureInfo.InvariantCulture, $"the labels lie between the voxels of the images ({voxels:0.##} voxels along {"xyz"[axis]} from their first)"));
            if (Math.Abs(rounded) > int.MaxValue / 2) throw Misfit(where, "the labels lie far from the images");
            shift[axis] = (int)rounded;
        }

        return new Volume<T>(Copied(turned, extent, shift, where), extent, geometry);
    }

    /// <summary>Where a point in the patient lies on a grid, in voxels from the centre of the first one.</summary>
    /// <param name="point">The point in millimetres, LPS (x, y, z).</param>
    /// <param name="geometry">The grid, its axes at right angles.</param>
    public static (double X, double Y, double Z) Voxel(ReadOnlySpan<double> point, ImageGeometry geometry)
    {
        Span<double> voxel = stackalloc double[3];
        for (int axis = 0; axis < 3; axis++)
        {
            double along = 0;
            for (int world = 0; world < 3; world++) along += (point[world] - geometry.ItkOrigin[world]) * geometry.ItkDirection[(3 * world) + axis];
            voxel[axis] = along / geometry.ItkSpacing[axis];
        }

        return (voxel[0], voxel[1], voxel[2]);
    }

    private static T[] Copied<T>(Volume<T> labels, Extent extent, int[] shift, string where)
        where T : unmanaged, IEquatable<T>
    {
        T[] to = new T[extent.Count];
        long outside = 0;
        int first = Math.Clamp(-shift[0], 0, labels.Extent.X), end = Math.Clamp(extent.X - shift[0], first, labels.Extent.X);
        for (int z = 0; z < labels.Extent.Z; z++)
        {
            for (int y = 0; y < labels.Extent.Y; y++)
            {
                ReadOnlySpan<T> row = labels.Row(z, y);
                int toZ = z + shift[2], toY = y + shift[1];
                if (toZ < 0 || toZ >= extent.Z || toY < 0 || toY >= extent.Y)
                {
                    outside += Labels(row);
                    continue;
                }

                outside += Labels(row[..first]) + Labels(row[end..]);
                if (end > first) row[first..end].CopyTo(to.AsSpan((((toZ * extent.Y) + toY) * extent.X) + first + shift[0]));
            }
        }

        return outside == 0 ? to : throw Misfit(where, $"{outside} voxels with a label lie outside of the images");

        static int Labels(ReadOnlySpan<T> row) => row.Length - System.MemoryExtensions.Count(row, default(T));
    }

    private static FileFormatException Misfit(string where, string what) => new(where, what, "give the series that was segmented, or bring the labels onto its grid first");
}
