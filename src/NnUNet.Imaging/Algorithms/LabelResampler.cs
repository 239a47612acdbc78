using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Resizes labels as if each label's mask were resized by itself, but in one pass over the result.</summary>
/// <remarks>
/// A voxel whose source neighbours all have one label gets it. Only at borders are the masks of the (at most eight) labels
/// there evaluated, in double and in scipy's order of summation, so that ties fall as they do in the original.
/// </remarks>
internal static class LabelResampler
{
    private const short Mixed = short.MinValue;

    /// <summary>Resizes in 3D, or within the slices of an axis and then along it.</summary>
    public static void Resample(
        ReadOnlySpan<short> labels, Extent from, Span<short> result, Extent to, int? separateAxis, int order, int orderZ, LabelChoice choice, CancellationToken cancel)
    {
        if (from == to)
        {
            labels.CopyTo(result);
        }
        else if (separateAxis is not { } axis)
        {
            Pass(labels, from, result, to, null, order, 0, choice, cancel);
        }
        else if ((orderZ == 0 && order <= 1) || from[axis] == to[axis])
        {
            Pass(labels, from, result, to, axis, order, 0, choice, cancel);
        }
        else
        {
            Extent middleExtent = to.With(axis, from[axis]);
            short[] middle = GC.AllocateUninitializedArray<short>(checked((int)middleExtent.Count));
            Pass(labels, from, middle, middleExtent, axis, order, 0, choice, cancel);
            Pass(middle, middleExtent, result, to, axis, 0, orderZ, choice == LabelChoice.Half ? LabelChoice.MoreThanHalf : choice, cancel);
        }
    }

    /// <summary>One resizing with an order along <paramref name="axis"/> and another one along the others.</summary>
    private static void Pass(
        ReadOnlySpan<short> labels, Extent from, Span<short> result, Extent to, int? axis, int order, int orderZ, LabelChoice choice, CancellationToken cancel)
    {
        if (from == to) labels.CopyTo(result);
        else if (order == 3 || (axis is not null && orderZ == 3)) MaskByMask(labels, from, result, to, axis, order, orderZ, choice, cancel);
        else Directly(labels, from, result, to, axis, order, orderZ, choice, cancel);
    }

    private static unsafe void Directly(
        ReadOnlySpan<short> labels, Extent from, Span<short> result, Extent to, int? axis, int order, int orderZ, LabelChoice choice, CancellationToken cancel)
    {
        Corners z = new(from.Z, to.Z, axis == 0 ? orderZ : order);
        Corners y = new(from.Y, to.Y, axis == 1 ? orderZ : order);
        Corners x = new(from.X, to.X, axis == 2 ? orderZ : order);
        fixed (short* sourceStart = labels, resultStart = result)
        {
            short* source = sourceStart, target = resultStart;
            ParallelLoop.ForEach(
                to.Z,
                k =>
                {
                    short[] rented = ArrayPool<short>.Shared.Rent(from.X);
                    Slice slice = new(new ReadOnlySpan<short>(source, (int)from.Count), from, z, y, x, k, choice);
                    for (int j = 0; j < to.Y; j++) slice.FillRow(j, new Span<short>(target + (((long)k * to.Y) + j) * to.X, to.X), rented.AsSpan(0, from.X));
                    ArrayPool<short>.Shared.Return(rented);
                },
                cancel: cancel);
        }
    }

    private static void MaskByMask(
        ReadOnlySpan<short> labels, Extent from, Span<short> result, Extent to, int? axis, int order, int orderZ, LabelChoice choice, CancellationToken cancel)
    {
        float[] mask = new float[labels.Length];
        float[] resized = new float[result.Length];
        result.Clear();
        foreach (short label in Distinct(labels))
        {
            for (int i = 0; i < mask.Length; i++) mask[i] = labels[i] == label ? 1 : 0;
            AnisotropicResampling.Resample(mask, from, resized, to, axis, order, orderZ, cancel);
            for (int i = 0; i < resized.Length; i++)
            {
                if (choice == LabelChoice.MoreThanHalf ? resized[i] > 0.5f : resized[i] >= 0.5f) result[i] = label;
            }
        }
    }

    private static short[] Distinct(ReadOnlySpan<short> labels)
    {
        bool[] present = new bool[1 << 16];
        foreach (short label in labels) present[label - short.MinValue] = true;
        return [.. Enumerable.Range(0, present.Length).Where(i => present[i]).Select(static i => (short)(i + short.MinValue))];
    }

    /// <summary>The two taps of each sample with weights in double, as scipy computes them.</summary>
    private sealed class Corners
    {
        public Corners(int from, int to, int order)
        {
            First = new int[to];
            Second = new int[to];
            FirstWeight = new double[to];
            SecondWeight = new double[to];
            double scale = (double)from / to;
            for (int k = 0; k < to; k++)
            {
                double at = ((k + 0.5) * scale) - 0.5;
                double cell = Math.Floor(order == 0 ? at + 0.5 : at);
                FirstWeight[k] = order == 0 ? 1 : 1 - (at - cell);
                SecondWeight[k] = 1 - FirstWeight[k];
                First[k] = Math.Clamp((int)cell, 0, from - 1);
                Second[k] = SecondWeight[k] == 0 ? First[k] : Math.Clamp((int)cell + 1, 0, from - 1);
            }
        }

        public int[] First { get; }

        public int[] Second { get; }

        public double[] FirstWeight { get; }

        public double[] SecondWeight { get; }
    }

    /// <summary>One slice of the result.</summary>
    private readonly ref struct Slice(ReadOnlySpan<short> source, Extent extent, Corners z, Corners y, Corners x, int k, LabelChoice choice)
    {
        private readonly ReadOnlySpan<short> _source = source;

        public void FillRow(int j, Span<short> result, Span<short> agreed)
        {
            ReadOnlySpan<short> r00 = Row(z.First[k], y.First[j]), r01 = Row(z.First[k], y.Second[j]);
            ReadOnlySpan<short> r10 = Row(z.Second[k], y.First[j]), r11 = Row(z.Second[k], y.Second[j]);
            Agree(r00, r01, r10, r11, agreed);
            if (agreed[0] != Mixed && agreed.IndexOfAnyExcept(agreed[0]) < 0)
            {
                result.Fill(agreed[0]);
                return;
            }

            ReadOnlySpan<int> first = x.First, second = x.Second;
            Span<short> corners = stackalloc short[8];
            for (int i = 0; i < result.Length; i++)
            {
                short label = agreed[first[i]];
                if (label == Mixed || label != agreed[second[i]])
                {
                    (int a, int b) = (first[i], second[i]);
                    corners[0] = r00[a];
                    corners[1] = r00[b];
                    corners[2] = r01[a];
                    corners[3] = r01[b];
                    corners[4] = r10[a];
                    corners[5] = r10[b];
                    corners[6] = r11[a];
                    corners[7] = r11[b];
                    label = Decide(corners, j, i);
                }

                result[i] = label;
            }
        }

        private ReadOnlySpan<short> Row(int row, int column) => _source.Slice(((row * extent.Y) + column) * extent.X, extent.X);

        private short Decide(ReadOnlySpan<short> corners, int j, int i)
        {
            Span<double> weights = stackalloc double[8];
            for (int corner = 0; corner < 8; corner++)
            {
                weights[corner] = ((corner & 4) == 0 ? z.FirstWeight : z.SecondWeight)[k] *
                    ((corner & 2) == 0 ? y.FirstWeight : y.SecondWeight)[j] *
                    ((corner & 1) == 0 ? x.FirstWeight : x.SecondWeight)[i];
            }

            int best = int.MinValue;
            Half most = Half.NegativeInfinity;
            for (int corner = 0; corner < 8; corner++)
            {
                short label = corners[corner];
                if (label <= best && choice != LabelChoice.Most) continue;
                double sum = 0;
                for (int other = 0; other < 8; other++)
                {
                    if (corners[other] == label) sum += weights[other];
                }

                if (choice == LabelChoice.Most)
                {
                    // Rounded as torch holds it, so that ties fall alike.
                    Half thousandths = (Half)(float)(1000 * sum);
                    if (thousandths > most || (thousandths == most && label < best)) (most, best) = (thousandths, label);
                }
                else if (choice == LabelChoice.MoreThanHalf ? sum > 0.5 : sum >= 0.5)
                {
                    best = label;
                }
            }

            return best == int.MinValue ? (short)0 : (short)best;
        }
    }

    /// <summary>Where four rows have the same label: that label, elsewhere <see cref="Mixed"/>.</summary>
    private static void Agree(ReadOnlySpan<short> a, ReadOnlySpan<short> b, ReadOnlySpan<short> c, ReadOnlySpan<short> d, Span<short> result)
    {
        ref short ra = ref MemoryMarshal.GetReference(a);
        ref short rb = ref MemoryMarshal.GetReference(b[..a.Length]);
        ref short rc = ref MemoryMarshal.GetReference(c[..a.Length]);
        ref short rd = ref MemoryMarshal.GetReference(d[..a.Length]);
        ref short to = ref MemoryMarshal.GetReference(result[..a.Length]);
        Vector<short> mixed = new(Mixed);
        int i = 0;
        for (; i <= a.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            nuint at = (nuint)i;
            Vector<short> va = Vector.LoadUnsafe(ref ra, at);
            Vector<short> equal = Vector.Equals(va, Vector.LoadUnsafe(ref rb, at)) & Vector.Equals(va, Vector.LoadUnsafe(ref rc, at)) &
                Vector.Equals(va, Vector.LoadUnsafe(ref rd, at));
            Vector.ConditionalSelect(equal, va, mixed).StoreUnsafe(ref to, at);
        }

        for (; i < a.Length; i++) result[i] = a[i] == b[i] && a[i] == c[i] && a[i] == d[i] ? a[i] : Mixed;
    }
}
