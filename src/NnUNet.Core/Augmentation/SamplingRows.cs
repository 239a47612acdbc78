using System.Runtime.CompilerServices;
using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>
/// Where the voxels of an output row lie in the input, in voxels (z, y, x): the displacements, rotation and scaling of
/// <see cref="SpatialParameters"/> about the centres of both grids.
/// </summary>
/// <remarks>
/// Row vectors times M = Rz(angle around z) Ry Rx, then times the scale of each axis, then plus n/2 - 1/2.
/// Source: batchgenerators/augmentations/utils.py, rotate_coords_3d and rotate_coords_2d.
/// </remarks>
internal sealed class SamplingRows
{
    private readonly double[] _matrix;
    private readonly AxisValues _scale;
    private readonly AxisValues _centre;
    private readonly double[] _fractions;
    private readonly int[] _cells;
    private readonly bool[] _inside;
    private readonly DisplacementField? _field;

    public SamplingRows(in SpatialParameters parameters, Extent from, Extent to, bool sliceWise, DisplacementField? field = null)
    {
        From = from;
        To = to;
        SliceWise = sliceWise;
        _matrix = Matrix(parameters.Angles);
        _scale = parameters.Scale;
        _centre = new AxisValues((from.Z / 2.0) - 0.5, (from.Y / 2.0) - 0.5, (from.X / 2.0) - 0.5);
        _fractions = new double[3 * to.X];
        _cells = new int[3 * to.X];
        _inside = new bool[to.X];
        _field = field;
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

    /// <summary>Moves to an output row and finds the first part of it that lies inside the input.</summary>
    /// <returns>First voxel of the part, and one past its last; both the same where none is.</returns>
    public (int First, int End) MoveTo(int z, int y)
    {
        ReadOnlySpan<float> moveZ = _field is null ? default : _field.Row(0, z, y);
        ReadOnlySpan<float> moveY = _field is null ? default : _field.Row(1, z, y);
        ReadOnlySpan<float> moveX = _field is null ? default : _field.Row(2, z, y);
        double rowZ = SliceWise ? 0 : z - ((To.Z - 1) / 2.0);
        double rowY = y - ((To.Y - 1) / 2.0);
        double half = (To.X - 1) / 2.0;
        for (int x = 0; x < To.X; x++)
        {
            _inside[x] = _field is null ? Place(x, rowZ, rowY, x - half) : Place(x, rowZ + moveZ[x], rowY + moveY[x], x - half + moveX[x]);
        }

        return Next(0);
    }

    /// <summary>The next part of the row that lies inside the input: without displacements there is one only.</summary>
    /// <param name="start">The first voxel that may be part of it.</param>
    /// <returns>First voxel of the part, and one past its last; both the same where none is.</returns>
    public (int First, int End) Next(int start)
    {
        int first = _inside.AsSpan(start).IndexOf(true);
        if (first < 0) return (0, 0);

        first += start;
        int length = _inside.AsSpan(first).IndexOf(false);
        return (first, length < 0 ? To.X : first + length);
    }

    /// <summary>Notes where a voxel with this place relative to the centre lies.</summary>
    /// <returns>Whether it is inside the input.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Place(int x, double z, double y, double fromCentre)
    {
        double[] m = _matrix;
        double atZ = SliceWise ? 0 : (((z * m[0]) + (y * m[3]) + (fromCentre * m[6])) * _scale.Z) + _centre.Z;
        double atY = (((z * m[1]) + (y * m[4]) + (fromCentre * m[7])) * _scale.Y) + _centre.Y;
        double atX = (((z * m[2]) + (y * m[5]) + (fromCentre * m[8])) * _scale.X) + _centre.X;
        if (!(atZ >= 0 && atZ <= From.Z - 1 && atY >= 0 && atY <= From.Y - 1 && atX >= 0 && atX <= From.X - 1)) return false;

        int cellZ = (int)atZ;
        int cellY = (int)atY;
        int cellX = (int)atX;
        _cells[x] = cellZ;
        _cells[To.X + x] = cellY;
        _cells[(2 * To.X) + x] = cellX;
        _fractions[x] = atZ - cellZ;
        _fractions[To.X + x] = atY - cellY;
        _fractions[(2 * To.X) + x] = atX - cellX;
        return true;
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
