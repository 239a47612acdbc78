using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>Exact Euclidean distances to a set of voxels, axis by axis: the lower envelope of one parabola a voxel.</summary>
/// <remarks>Equal to scipy.ndimage.distance_transform_edt with sampling. Method: Felzenszwalb and Huttenlocher, 2012.</remarks>
internal static class DistanceTransform
{
    /// <summary>Distances in millimetres from some voxels to the nearest of the targets.</summary>
    /// <param name="targets">Positions (flattened z, y, x) of the targets; at least one.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="spacing">Millimetres between voxel centres.</param>
    /// <param name="at">Positions whose distance is wanted.</param>
    /// <param name="cancel">Stops between slices.</param>
    public static double[] To(IReadOnlyList<int> targets, Extent extent, Spacing spacing, IReadOnlyList<int> at, CancellationToken cancel)
    {
        double[] squared = new double[extent.Count];
        Array.Fill(squared, double.PositiveInfinity);
        foreach (int target in targets) squared[target] = 0;

        Line line = new(Math.Max(extent.X, Math.Max(extent.Y, extent.Z)));
        for (int z = 0; z < extent.Z; z++)
        {
            cancel.ThrowIfCancellationRequested();
            int slice = z * extent.SliceCount;
            for (int y = 0; y < extent.Y; y++) line.Transform(squared, slice + (y * extent.X), 1, extent.X, spacing.X);
            for (int x = 0; x < extent.X; x++) line.Transform(squared, slice + x, extent.X, extent.Y, spacing.Y);
        }

        if (extent.Z > 1)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                cancel.ThrowIfCancellationRequested();
                for (int x = 0; x < extent.X; x++) line.Transform(squared, (y * extent.X) + x, extent.SliceCount, extent.Z, spacing.Z);
            }
        }

        double[] distances = new double[at.Count];
        for (int i = 0; i < distances.Length; i++) distances[i] = Math.Sqrt(squared[at[i]]);
        return distances;
    }

    /// <summary>The transform along one line of voxels, with its working memory.</summary>
    private sealed class Line(int longest)
    {
        private readonly double[] _heights = new double[longest];
        private readonly int[] _vertices = new int[longest];
        private readonly double[] _starts = new double[longest + 1];

        /// <summary>Replaces the heights f(p) of a line by min over p of f(p) + (spacing (q - p))^2.</summary>
        public void Transform(double[] values, int first, int stride, int count, double spacing)
        {
            int parabolas = 0;
            double scale = spacing * spacing;
            for (int q = 0; q < count; q++)
            {
                double height = values[first + (q * stride)];
                _heights[q] = height;
                if (double.IsPositiveInfinity(height)) continue;

                double start = double.NegativeInfinity;
                while (parabolas > 0)
                {
                    int p = _vertices[parabolas - 1];
                    start = (((height - _heights[p]) / scale) + ((double)q * q) - ((double)p * p)) / (2.0 * (q - p));
                    if (start > _starts[parabolas - 1]) break;
                    parabolas--;
                    start = double.NegativeInfinity;
                }

                _vertices[parabolas] = q;
                _starts[parabolas++] = start;
            }

            if (parabolas == 0) return;

            _starts[parabolas] = double.PositiveInfinity;
            for (int q = 0, k = 0; q < count; q++)
            {
                while (_starts[k + 1] < q) k++;
                double offset = spacing * (q - _vertices[k]);
                values[first + (q * stride)] = _heights[_vertices[k]] + (offset * offset);
            }
        }
    }
}
