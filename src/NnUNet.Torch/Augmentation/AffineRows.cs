using NnUNet.Imaging;

namespace NnUNet.Torch.Augmentation;

/// <summary>
/// Where the voxels of an output row lie in the input, in voxels (z, y, x): the rotation and scaling of
/// <see cref="SpatialParameters"/> about the centres of both grids.
/// </summary>
/// <remarks>
/// Row vectors times M = Rz(angle around z) Ry Rx, then times the scale of each axis, then plus n/2 - 1/2.
/// Source: batchgenerators/augmentations/utils.py, rotate_coords_3d and rotate_coords_2d.
/// </remarks>
internal sealed class AffineRows
{
    private readonly double[] _matrix;
    private readonly AxisValues _scale;
    private readonly AxisValues _centre;
    private readonly double[] _fractions;
    private readonly int[] _cells;

    public AffineRows(in SpatialParameters parameters, Extent from, Extent to, bool sliceWise)
    {
        From = from;
        To = to;
        SliceWise = sliceWise;
        _matrix = Matrix(parameters.Angles);
        _scale = parameters.Scale;
        _centre = new AxisValues((from.Z / 2.0) - 0.5, (from.Y / 2.0) - 0.5, (from.X / 2.0) - 0.5);
        _fractions = new double[3 * to.X];
        _cells = new int[3 * to.X];
    }

    /// <summary>The input grid.</summary>
    public Extent From { get; }

    /// <summary>The output grid.</summary>
    public Extent To { get; }

    /// <summary>Whether z stays as it is, so that a row's places hold for all slices.</summary>
    public bool SliceWise { get; }

    /// <summary>First voxel of the input that an interval of the current row lies between, by axis; undefined outside.</summary>
    public ReadOnlySpan<int> Cell(int axis) => _cells.AsSpan(axis * To.X, To.X);

    /// <summary>How far beyond <see cref="Cell"/> each voxel of the current row lies, 0 to 1, by axis.</summary>
    public ReadOnlySpan<double> Fraction(int axis) => _fractions.AsSpan(axis * To.X, To.X);

    /// <summary>Moves to an output row and finds which part of it lies inside the input.</summary>
    /// <returns>First voxel inside, and one past the last; both the same where none is.</returns>
    /// <remarks>The inside of a line through a box is one interval.</remarks>
    public (int First, int End) MoveTo(int z, int y)
    {
        double oz = SliceWise ? 0 : z - ((To.Z - 1) / 2.0);
        double oy = y - ((To.Y - 1) / 2.0);
        int first = int.MaxValue;
        int end = 0;
        double baseZ = (oz * _matrix[0]) + (oy * _matrix[3]);
        double baseY = (oz * _matrix[1]) + (oy * _matrix[4]);
        double baseX = (oz * _matrix[2]) + (oy * _matrix[5]);
        double half = (To.X - 1) / 2.0;
        double lastZ = From.Z - 1;
        double lastY = From.Y - 1;
        double lastX = From.X - 1;
        for (int x = 0; x < To.X; x++)
        {
            double ox = x - half;
            double atZ = SliceWise ? 0 : ((baseZ + (ox * _matrix[6])) * _scale.Z) + _centre.Z;
            double atY = ((baseY + (ox * _matrix[7])) * _scale.Y) + _centre.Y;
            double atX = ((baseX + (ox * _matrix[8])) * _scale.X) + _centre.X;
            if (!(atZ >= 0 && atZ <= lastZ && atY >= 0 && atY <= lastY && atX >= 0 && atX <= lastX)) continue;

            if (first == int.MaxValue) first = x;
            end = x + 1;
            int cellZ = (int)atZ;
            int cellY = (int)atY;
            int cellX = (int)atX;
            _cells[x] = cellZ;
            _cells[To.X + x] = cellY;
            _cells[(2 * To.X) + x] = cellX;
            _fractions[x] = atZ - cellZ;
            _fractions[To.X + x] = atY - cellY;
            _fractions[(2 * To.X) + x] = atX - cellX;
        }

        return first == int.MaxValue ? (0, 0) : (first, end);
    }

    /// <summary>Rz Ry Rx (the original's Rx Ry Rz: its x is the first array axis), row by row.</summary>
    private static double[] Matrix(AxisValues angles)
    {
        (double sz, double cz) = Math.SinCos(angles.Z);
        (double sy, double cy) = Math.SinCos(angles.Y);
        (double sx, double cx) = Math.SinCos(angles.X);
        double[] aroundZ = [1, 0, 0, 0, cz, -sz, 0, sz, cz];
        double[] aroundY = [cy, 0, sy, 0, 1, 0, -sy, 0, cy];
        double[] aroundX = [cx, -sx, 0, sx, cx, 0, 0, 0, 1];
        return Multiply(Multiply(aroundZ, aroundY), aroundX);
    }

    private static double[] Multiply(double[] a, double[] b)
    {
        double[] product = new double[9];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                product[(3 * i) + j] = (a[3 * i] * b[j]) + (a[(3 * i) + 1] * b[3 + j]) + (a[(3 * i) + 2] * b[6 + j]);
            }
        }

        return product;
    }
}
