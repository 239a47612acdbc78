using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>Exact Euclidean distances to a set of voxels, axis by axis: the lower envelope of one parabola per voxel.</summary>
/// <remarks>Equal to scipy.ndimage.distance_transform_edt with sampling. Method: Felzenszwalb and Huttenlocher, 2012.</remarks>
internal static class DistanceTransform
{
    /// <summary>Distances in millimetres from some voxels to the nearest of the targets.</summary>
    /// <param name="targets">Positions (flattened z, y, x) of the targets in ascending order; at least one.</param>
    /// <param name="extent">Voxel counts.</param>
    /// <param name="spacing">Millimetres between voxel centres.</param>
    /// <param name="at">Positions whose distance is wanted.</param>
    /// <param name="cancel">Stops between planes.</param>
    /// <remarks>
    /// Works on one plane (z, y) at a time: along x the nearest target of a row is known from the row's targets, and the other
    /// axes do not leave the plane. So memory grows with the surfaces, not with the box around them.
    /// </remarks>
    public static double[] To(IReadOnlyList<int> targets, Extent extent, Spacing spacing, IReadOnlyList<int> at, CancellationToken cancel)
    {
        RowTargets rows = new(targets, extent, spacing.X);
        (int[] order, int[] starts) = ByColumn(at, extent.X);
        double[] plane = new double[checked(extent.Z * extent.Y)];
        Line line = new(Math.Max(extent.Y, extent.Z));
        double[] distances = new double[at.Count];
        for (int x = 0; x < extent.X; x++)
        {
            if (starts[x] == starts[x + 1]) continue;

            cancel.ThrowIfCancellationRequested();
            rows.SquaredDistances(x, plane);
            for (int z = 0; z < extent.Z; z++) line.Transform(plane, z * extent.Y, 1, extent.Y, spacing.Y);
            for (int y = 0; extent.Z > 1 && y < extent.Y; y++) line.Transform(plane, y, extent.Y, extent.Z, spacing.Z);
            for (int i = starts[x]; i < starts[x + 1]; i++) distances[order[i]] = Math.Sqrt(plane[at[order[i]] / extent.X]);
        }

        return distances;
    }

    /// <summary>Indices of positions ordered by their x, and where each x begins among them.</summary>
    private static (int[] Order, int[] Starts) ByColumn(IReadOnlyList<int> positions, int columns)
    {
        int[] starts = new int[columns + 1];
        foreach (int position in positions) starts[(position % columns) + 1]++;
        for (int x = 0; x < columns; x++) starts[x + 1] += starts[x];

        int[] next = [.. starts];
        int[] order = new int[positions.Count];
        for (int i = 0; i < order.Length; i++) order[next[positions[i] % columns]++] = i;
        return (order, starts);
    }

    /// <summary>The targets of each row, asked for ascending x.</summary>
    private sealed class RowTargets
    {
        private readonly IReadOnlyList<int> _targets;
        private readonly int[] _ends;
        private readonly int[] _nearest;
        private readonly int _columns;
        private readonly double _spacing;

        public RowTargets(IReadOnlyList<int> targets, Extent extent, double spacing)
        {
            (_targets, _columns, _spacing) = (targets, extent.X, spacing);
            _ends = new int[checked(extent.Z * extent.Y)];
            foreach (int target in targets) _ends[target / _columns]++;
            for (int row = 1; row < _ends.Length; row++) _ends[row] += _ends[row - 1];
            _nearest = [0, .. _ends.AsSpan(0, _ends.Length - 1)];
        }

        /// <summary>The squared distance from column x to the nearest target of each row; infinite in rows without any.</summary>
        public void SquaredDistances(int x, double[] plane)
        {
            for (int row = 0; row < plane.Length; row++)
            {
                int nearest = _nearest[row], end = _ends[row];
                int begin = row == 0 ? 0 : _ends[row - 1];
                if (begin == end)
                {
                    plane[row] = double.PositiveInfinity;
                    continue;
                }

                int first = row * _columns;
                while (nearest + 1 < end && Math.Abs(_targets[nearest + 1] - first - x) <= Math.Abs(_targets[nearest] - first - x)) nearest++;
                _nearest[row] = nearest;
                double offset = _spacing * (x - (_targets[nearest] - first));
                plane[row] = offset * offset;
            }
        }
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
