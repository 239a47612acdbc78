using System.Globalization;

namespace NnUNet.Imaging;

/// <summary>Voxel counts in array order (z, y, x). A 2D image has one slice: <c>Z == 1</c>.</summary>
/// <param name="Z">Slices; the slowest axis in memory.</param>
/// <param name="Y">Rows of a slice.</param>
/// <param name="X">Voxels of a row; the fastest axis in memory.</param>
public readonly record struct Extent(int Z, int Y, int X)
{
    /// <summary>Number of voxels.</summary>
    public long Count => (long)Z * Y * X;

    /// <summary>Voxels of one slice.</summary>
    public int SliceCount => checked(Y * X);

    /// <summary>Voxel count along one axis: 0 = z, 1 = y, 2 = x.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is not 0, 1 or 2.</exception>
    public int this[int axis] => axis switch
    {
        0 => Z,
        1 => Y,
        2 => X,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "an axis is 0 (z), 1 (y) or 2 (x)"),
    };

    /// <summary>The extent with one axis replaced.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is not 0, 1 or 2.</exception>
    public Extent With(int axis, int value) => axis switch
    {
        0 => this with { Z = value },
        1 => this with { Y = value },
        2 => this with { X = value },
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "an axis is 0 (z), 1 (y) or 2 (x)"),
    };

    /// <summary>The extent with its axes in another order: axis <c>i</c> of the result is axis <c>order[i]</c> of this one (numpy's transpose).</summary>
    public Extent Transpose(ReadOnlySpan<int> order) => new(this[order[0]], this[order[1]], this[order[2]]);

    /// <summary>An extent from three values in the order z, y, x.</summary>
    /// <exception cref="ArgumentException">There are not three values.</exception>
    public static Extent From(ReadOnlySpan<int> values) => values.Length == 3
        ? new Extent(values[0], values[1], values[2])
        : throw new ArgumentException($"an extent has 3 values (z, y, x), not {values.Length}", nameof(values));

    /// <summary>The three values in the order z, y, x.</summary>
    public int[] ToArray() => [Z, Y, X];

    /// <summary>The extent as ZxYxX, for messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Z}x{Y}x{X}");
}
