using System.Numerics.Tensors;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Where the samples of one resized axis come from: for each of them the first source position and a weight for each of its taps.</summary>
/// <remarks>
/// Voxels are cells: sample <c>k</c> lies at source coordinate <c>(k + 0.5) * from / to - 0.5</c>, up to half a voxel outside
/// the outermost centres, where the source continues unchanged (a cubic spline still bends there).
/// Order 0 has one tap, order 1 two, order 3 four. Order 3 samples spline coefficients that carry <see cref="Margin"/> more
/// positions on either side, so that its first tap counts from there; orders 0 and 1 sample the values themselves.
/// Source: scipy/ndimage/_interpolation.py zoom(grid_mode=True, mode="nearest").
/// </remarks>
internal sealed class AxisTaps
{
    /// <summary>Positions that a row of spline coefficients carries beyond each end of the source.</summary>
    public const int Margin = 2;

    /// <summary>Samples that are taken together where an axis grows: their taps then lie within as many voxels.</summary>
    public const int GroupSize = 8;

    /// <summary>Source positions on either side beyond which a cubic spline depends on nothing: its filter decays by 0.27 per position, which leaves 1e-9 here.</summary>
    private const int Reach = 16;

    /// <summary>The spline prefilter's gain, which the cubic weights contain.</summary>
    private const double CubicGain = 6;

    /// <summary>The samples of an axis.</summary>
    public AxisTaps(int from, int to, int order)
    {
        if (from <= 0 || to <= 0) throw new ArgumentException($"an axis of {from} voxels can't become {to}: both must be positive");
        SplineResampling.CheckOrder(order);

        From = from;
        To = to;
        Order = from == to ? 0 : order;
        IsIdentity = from == to;
        First = new int[to];
        Weights = new float[Order == 3 ? 4 * to : Order * to];
        Relative = new int[to];
        double scale = (double)from / to;
        for (int k = 0; k < to; k++)
        {
            double at = ((k + 0.5) * scale) - 0.5;
            if (Order != 3) at = Math.Clamp(at, 0, from - 1);
            Place(k, at);
            Relative[k] = First[k] - First[k - (k % GroupSize)];
        }
    }

    private AxisTaps(AxisTaps whole, int sample, int count)
    {
        (int first, From) = whole.SourceOf(sample, count);
        (To, Order, IsIdentity) = (count, whole.Order, whole.IsIdentity);
        First = [.. whole.First.AsSpan(sample, count)];
        TensorPrimitives.Subtract(First, first, First);
        int weights = Order == 3 ? 4 : Order;
        Weights = [.. whole.Weights.AsSpan(sample * weights, count * weights)];
        Relative = new int[count];
        for (int k = 0; k < count; k++) Relative[k] = First[k] - First[k - (k % GroupSize)];
    }

    /// <summary>Voxels of the source.</summary>
    public int From { get; }

    /// <summary>Voxels of the result.</summary>
    public int To { get; }

    /// <summary>0, 1 or 3. An axis that keeps its size has order 0, because every sample then hits a voxel.</summary>
    public int Order { get; }

    /// <summary>Whether the axis keeps its size and so its values.</summary>
    public bool IsIdentity { get; }

    /// <summary>First tap of each sample.</summary>
    public int[] First { get; }

    /// <summary>Order 3: four weights per sample. Order 1: the second tap's weight of each sample. Order 0: nothing.</summary>
    public float[] Weights { get; }

    /// <summary>First tap of each sample, counted from that of the first sample in its group of <see cref="GroupSize"/>.</summary>
    public int[] Relative { get; }

    /// <summary>The source positions that decide a run of samples.</summary>
    /// <param name="sample">The first of them.</param>
    /// <param name="count">Their number.</param>
    public (int First, int Count) SourceOf(int sample, int count)
    {
        int last = sample + count - 1;
        if (Order != 3) return (First[sample], Second(last) + 1 - First[sample]);
        int first = Math.Max(0, First[sample] - Margin - Reach);
        return (first, Math.Min(From, First[last] - Margin + 4 + Reach) - first);
    }

    /// <summary>A run of samples as an axis of its own, whose source is the part that <see cref="SourceOf"/> names.</summary>
    public AxisTaps Part(int sample, int count) => count == To ? this : new AxisTaps(this, sample, count);

    /// <summary>Last tap of a sample of order 0 or 1.</summary>
    public int Second(int sample) => Order == 0 ? First[sample] : Math.Min(First[sample] + 1, From - 1);

    /// <summary>Weight of the last tap of a sample of order 0 or 1.</summary>
    public float SecondWeight(int sample) => Order == 0 ? 0 : Weights[sample];

    private void Place(int k, double at)
    {
        switch (Order)
        {
            case 0:
                First[k] = Math.Min((int)Math.Floor(at + 0.5), From - 1);
                break;
            case 1:
                First[k] = (int)Math.Floor(at);
                Weights[k] = (float)(at - First[k]);
                break;
            default:
                int cell = (int)Math.Floor(at);
                First[k] = cell - 1 + Margin;
                PlaceCubic(Weights.AsSpan(4 * k, 4), at - cell);
                break;
        }
    }

    private static void PlaceCubic(Span<float> weights, double t)
    {
        double u = 1 - t;
        double w0 = u * u * u / 6;
        double w1 = ((t * t * (t - 2) * 3) + 4) / 6;
        double w2 = ((u * u * (u - 2) * 3) + 4) / 6;
        weights[0] = (float)(CubicGain * w0);
        weights[1] = (float)(CubicGain * w1);
        weights[2] = (float)(CubicGain * w2);
        weights[3] = (float)(CubicGain * (1 - w0 - w1 - w2));
    }
}
