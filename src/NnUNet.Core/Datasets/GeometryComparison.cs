using System.Globalization;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets;

/// <summary>Judges in voxels whether two grids lie on each other, so that rounding in headers does not count.</summary>
internal static class GeometryComparison
{
    /// <summary>The largest distance in voxels between grids that count as the same.</summary>
    public const double Tolerance = 0.1;

    /// <summary>What differs between two grids, or null where they agree within the tolerance in voxels.</summary>
    public static string? Difference(Extent extent, ImageGeometry geometry, Extent otherExtent, ImageGeometry other, double tolerance = Tolerance)
    {
        if (extent != otherExtent) return $"it has {extent} voxels, not {otherExtent}";
        double apart = VoxelsApart(extent, geometry, other);
        if (apart <= tolerance) return null;

        string cause = (Largest(geometry.ItkSpacing, other.ItkSpacing) > 1e-3, Largest(geometry.ItkDirection, other.ItkDirection) > 1e-3) switch
        {
            (true, _) => $"spacing {Text(geometry.ItkSpacing)} instead of {Text(other.ItkSpacing)} mm",
            (_, true) => $"direction {Text(geometry.ItkDirection)} instead of {Text(other.ItkDirection)}",
            _ => $"origin {Text(geometry.ItkOrigin)} instead of {Text(other.ItkOrigin)} mm",
        };
        return string.Create(CultureInfo.InvariantCulture, $"its grid is up to {apart:0.##} voxels off ({cause}, x, y, z)");
    }

    /// <summary>The largest distance between the same corner of both grids along one axis, in voxels of the second grid.</summary>
    public static double VoxelsApart(Extent extent, ImageGeometry geometry, ImageGeometry other)
    {
        double largest = 0;
        for (int corner = 0; corner < 8; corner++)
        {
            double[] index =
            [
                (corner & 1) == 0 ? 0 : extent.X - 1,
                (corner & 2) == 0 ? 0 : extent.Y - 1,
                (corner & 4) == 0 ? 0 : extent.Z - 1,
            ];
            double[] first = World(geometry, index);
            double[] second = World(other, index);
            for (int axis = 0; axis < 3; axis++)
            {
                double along = 0;
                for (int world = 0; world < 3; world++) along += other.ItkDirection[(world * 3) + axis] * (first[world] - second[world]);
                largest = Math.Max(largest, Math.Abs(along / other.ItkSpacing[axis]));
            }
        }

        return largest;
    }

    private static double[] World(ImageGeometry geometry, double[] index)
    {
        double[] world = geometry.ItkOrigin.ToArray();
        for (int row = 0; row < 3; row++)
        {
            for (int axis = 0; axis < 3; axis++) world[row] += geometry.ItkDirection[(row * 3) + axis] * geometry.ItkSpacing[axis] * index[axis];
        }

        return world;
    }

    private static double Largest(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Zip(b, static (x, y) => Math.Abs(x - y)).Max();

    private static string Text(IEnumerable<double> values) =>
        $"({string.Join(", ", values.Select(static v => Math.Round(v, 4).ToString(CultureInfo.InvariantCulture)))})";
}
