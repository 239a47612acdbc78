using System.Numerics.Tensors;

namespace NnUNet.Imaging.Algorithms;

/// <summary>
/// The smallest and the largest values of a source, within which its resized values stay: of all of it, or of each slice of the axis
/// that is resized by itself. Takes the source slice by slice.
/// </summary>
public sealed class SourceRange
{
    private readonly int? _separateAxis;
    private readonly int _width;
    private readonly float[] _low;
    private readonly float[] _high;

    /// <summary>The range of nothing yet.</summary>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="separateAxis">The axis (1 = y, 2 = x) that is resized by itself; null for none.</param>
    public SourceRange(Extent from, int? separateAxis)
    {
        _separateAxis = separateAxis;
        _width = from.X;
        int slices = separateAxis is { } axis ? from[axis] : 1;
        _low = new float[slices];
        _high = new float[slices];
        _low.AsSpan().Fill(float.PositiveInfinity);
        _high.AsSpan().Fill(float.NegativeInfinity);
    }

    /// <summary>The range of a slice of the separate axis, or of all.</summary>
    internal Bounds this[int slice] => new(_low[slice], _high[slice]);

    /// <summary>Takes a slice (y, x) of the source into account.</summary>
    public void Include(ReadOnlySpan<float> slice)
    {
        if (_separateAxis is null) Widen(0, slice);
        for (int y = 0; _separateAxis is not null && y < slice.Length / _width; y++)
        {
            ReadOnlySpan<float> row = slice.Slice(y * _width, _width);
            if (_separateAxis == 1)
            {
                Widen(y, row);
            }
            else
            {
                TensorPrimitives.Min(row, _low, _low);
                TensorPrimitives.Max(row, _high, _high);
            }
        }
    }

    private void Widen(int at, ReadOnlySpan<float> values)
    {
        _low[at] = MathF.Min(_low[at], TensorPrimitives.Min(values));
        _high[at] = MathF.Max(_high[at], TensorPrimitives.Max(values));
    }
}
