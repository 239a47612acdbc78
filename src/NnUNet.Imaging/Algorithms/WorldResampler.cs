using NnUNet.Foundation;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Brings label maps onto another grid by the places of the voxels in the patient.</summary>
/// <remarks>Each voxel of the result takes the value of the source's voxel in which its centre lies; no value is made that was not there.</remarks>
public static class WorldResampler
{
    // Centres that lie on the border of two voxels but for rounding in headers belong to the latter.
    private const double Rounding = 1e-6;

    /// <summary>A volume on another grid.</summary>
    /// <typeparam name="T">The voxel type.</typeparam>
    /// <param name="source">The volume (z, y, x).</param>
    /// <param name="extent">Voxel counts of the result (z, y, x).</param>
    /// <param name="geometry">Where the voxels of the result lie.</param>
    /// <param name="cancel">Stops between slices.</param>
    /// <returns>The volume; 0 where the source has no voxel. And how many voxels of the result lie in the source.</returns>
    /// <exception cref="ArgumentException">The axes of the source lie in one plane.</exception>
    public static (Volume<T> Volume, long Covered) Nearest<T>(Volume<T> source, Extent extent, ImageGeometry geometry, CancellationToken cancel = default)
        where T : unmanaged
    {
        Matrix3 toWorld = Axes(geometry), from = Axes(source.Geometry);
        if (from.Determinant is 0 || !double.IsFinite(from.Determinant)) throw new ArgumentException("the axes of the volume lie in one plane", nameof(source));
        Matrix3 toIndex = from.InverseTransposed(); // column by row
        double[] step = new double[9], start = new double[3];
        for (int row = 0; row < 3; row++)
        {
            for (int inner = 0; inner < 3; inner++)
            {
                start[row] += toIndex[inner, row] * (geometry.ItkOrigin[inner] - source.Geometry.ItkOrigin[inner]);
                for (int axis = 0; axis < 3; axis++) step[(3 * row) + axis] += toIndex[inner, row] * toWorld[inner, axis];
            }
        }

        Volume<T> result = new(extent, geometry);
        long covered = 0;
        ParallelLoop.ForEach(
            extent.Z,
            z =>
            {
                long own = 0;
                for (int y = 0; y < extent.Y; y++)
                {
                    Span<T> row = result.Row(z, y);
                    for (int x = 0; x < row.Length; x++)
                    {
                        int sx = Voxel(start[0] + (step[0] * x) + (step[1] * y) + (step[2] * z));
                        int sy = Voxel(start[1] + (step[3] * x) + (step[4] * y) + (step[5] * z));
                        int sz = Voxel(start[2] + (step[6] * x) + (step[7] * y) + (step[8] * z));
                        if ((uint)sx >= (uint)source.Extent.X || (uint)sy >= (uint)source.Extent.Y || (uint)sz >= (uint)source.Extent.Z) continue;
                        row[x] = source[sz, sy, sx];
                        own++;
                    }
                }

                Interlocked.Add(ref covered, own);
            },
            cancel: cancel);
        return (result, covered);
    }

    private static int Voxel(double place) => (int)Math.Clamp(Math.Floor(place + 0.5 + Rounding), -1, int.MaxValue);

    /// <summary>The steps of the axes x, y, z in the world, as columns.</summary>
    private static Matrix3 Axes(ImageGeometry geometry) => Matrix3.From((row, axis) => geometry.ItkDirection[(3 * row) + axis] * geometry.ItkSpacing[axis]);
}
