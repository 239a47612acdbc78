using System.Numerics.Tensors;
using NnUNet.Core.Models;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>Makes probabilities of averaged logits, which come by one output after the other on the same grid.</summary>
/// <remarks>
/// Softmax needs all outputs of a voxel: they go by once for their largest value and the sum of their exponentials, two numbers a
/// voxel, and once more to be made probabilities.
/// </remarks>
internal sealed class ProbabilitiesOfLogits
{
    private readonly Extent _grid;
    private readonly float[]? _largest;
    private readonly float[]? _sums;

    /// <summary>For outputs on a grid.</summary>
    /// <param name="activation">What makes probabilities of them.</param>
    /// <param name="grid">Voxel counts (z, y, x).</param>
    public ProbabilitiesOfLogits(OutputActivation activation, Extent grid)
    {
        _grid = grid;
        if (activation != OutputActivation.Softmax) return;
        (_largest, _sums) = (new float[grid.Count], new float[grid.Count]);
        Array.Fill(_largest, float.NegativeInfinity);
    }

    /// <summary>Whether all outputs must be taken (<see cref="Take"/>) before the first is made probabilities.</summary>
    public bool NeedsAll => _largest is not null;

    /// <summary>Takes rows of an output; different rows from several threads.</summary>
    public void Take(ReadOnlySpan<float> logits, RowBlock rows)
    {
        for (int z = 0; z < rows.Slices; z++)
        {
            int length = rows.Rows * _grid.X;
            ReadOnlySpan<float> values = logits.Slice(z * length, length);
            Span<float> largest = _largest.AsSpan(At(rows, z), length), sums = _sums.AsSpan(At(rows, z), length);
            for (int i = 0; i < length; i++)
            {
                if (values[i] > largest[i])
                {
                    sums[i] = (sums[i] * MathF.Exp(largest[i] - values[i])) + 1;
                    largest[i] = values[i];
                }
                else
                {
                    sums[i] += MathF.Exp(values[i] - largest[i]);
                }
            }
        }
    }

    /// <summary>Makes rows of an output probabilities; different rows from several threads.</summary>
    /// <param name="logits">The logits, packed (z, y, x).</param>
    /// <param name="rows">Which rows they are.</param>
    /// <param name="result">Receives the probabilities.</param>
    public void Make(ReadOnlySpan<float> logits, RowBlock rows, Span<float> result)
    {
        if (!NeedsAll)
        {
            TensorPrimitives.Sigmoid(logits, result);
            return;
        }

        for (int z = 0; z < rows.Slices; z++)
        {
            int length = rows.Rows * _grid.X, at = At(rows, z);
            Span<float> values = result.Slice(z * length, length);
            TensorPrimitives.Subtract(logits.Slice(z * length, length), _largest.AsSpan(at, length), values);
            TensorPrimitives.Exp(values, values);
            TensorPrimitives.Divide(values, _sums.AsSpan(at, length), values);
        }
    }

    private int At(RowBlock rows, int slice) => (((rows.FirstSlice + slice) * _grid.Y) + rows.FirstRow) * _grid.X;
}
