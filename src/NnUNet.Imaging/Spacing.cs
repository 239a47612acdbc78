using System.Globalization;

namespace NnUNet.Imaging;

/// <summary>Distance between voxel centres in millimetres, array order (z, y, x). A 2D image read as 3D has 999 first.</summary>
/// <param name="Z">Millimetres between slices.</param>
/// <param name="Y">Millimetres between rows.</param>
/// <param name="X">Millimetres between voxels of a row.</param>
public readonly record struct Spacing(double Z, double Y, double X)
{
    /// <summary>The z spacing that stands for "there is no z axis": 2D images carry it, as in the original.</summary>
    public const double Flat = 999;

    /// <summary>Millimetres along one axis: 0 = z, 1 = y, 2 = x.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is not 0, 1 or 2.</exception>
    public double this[int axis] => axis switch
    {
        0 => Z,
        1 => Y,
        2 => X,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "an axis is 0 (z), 1 (y) or 2 (x)"),
    };

    /// <summary>The spacing with its axes in another order: axis <c>i</c> of the result is axis <c>order[i]</c> of this one (numpy's transpose).</summary>
    public Spacing Transpose(ReadOnlySpan<int> order) => new(this[order[0]], this[order[1]], this[order[2]]);

    /// <summary>A spacing from three values in the order z, y, x.</summary>
    /// <exception cref="ArgumentException">There are not three values.</exception>
    public static Spacing From(ReadOnlySpan<double> values) => values.Length == 3
        ? new Spacing(values[0], values[1], values[2])
        : throw new ArgumentException($"a spacing has 3 values (z, y, x), not {values.Length}", nameof(values));

    /// <summary>The three values in the order z, y, x.</summary>
    public double[] ToArray() => [Z, Y, X];

    /// <summary>The spacing as (z, y, x) mm, for messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Z:0.####}, {Y:0.####}, {X:0.####}) mm");
}
