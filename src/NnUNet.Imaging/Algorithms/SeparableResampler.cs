using System.Numerics.Tensors;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Resizes a volume (z, y, x) axis by axis, in the order that is least work, with splines of order 0, 1 or 3.</summary>
/// <remarks>At most one temporary volume is needed, and none where z grows: then the slices wait in the result's own memory.</remarks>
internal static class SeparableResampler
{
    /// <summary>All three axes; the result is held within bounds.</summary>
    public static void Resize(FloatMemory source, FloatMemory result, AxisTaps z, AxisTaps y, AxisTaps x, Bounds bounds, int degree, CancellationToken cancel)
    {
        Extent from = new(z.From, y.From, x.From), to = new(z.To, y.To, x.To);
        bool planeIsKept = y.IsIdentity && x.IsIdentity;
        if (planeIsKept && z.IsIdentity)
        {
            Copy(source, result, from.Count);
        }
        else if (planeIsKept)
        {
            AxisPasses.AlongZ(source, from, result, z, bounds, degree, cancel);
        }
        else if (z.IsIdentity)
        {
            AxisPasses.InPlane(source, Every(from.Z), result, y, x, _ => bounds, degree, cancel);
        }
        else if ((double)to.Z / from.Z >= (double)to.SliceCount / from.SliceCount)
        {
            PlaneThenZ(source, result, z, y, x, _ => Bounds.None, bounds, degree, cancel);
        }
        else
        {
            using FloatBuffer middle = new((long)to.Z * from.SliceCount);
            AxisPasses.AlongZ(source, from, middle.Memory, z, Bounds.None, degree, cancel);
            AxisPasses.InPlane(middle.Memory, Every(to.Z), result, y, x, _ => bounds, degree, cancel);
        }
    }

    /// <summary>Every slice along y and x, held within its bounds, then z, which is not held in any.</summary>
    public static void ResizeSlices(
        FloatMemory source, FloatMemory result, AxisTaps z, AxisTaps y, AxisTaps x, Func<int, Bounds> boundsOfSlice, int degree, CancellationToken cancel)
    {
        if (y.IsIdentity && x.IsIdentity)
        {
            if (z.IsIdentity) Copy(source, result, (long)z.From * y.From * x.From);
            else AxisPasses.AlongZ(source, new Extent(z.From, y.From, x.From), result, z, Bounds.None, degree, cancel);
            return;
        }

        PlaneThenZ(source, result, z, y, x, boundsOfSlice, Bounds.None, degree, cancel);
    }

    private static void PlaneThenZ(
        FloatMemory source, FloatMemory result, AxisTaps z, AxisTaps y, AxisTaps x, Func<int, Bounds> boundsOfSlice, Bounds bounds, int degree, CancellationToken cancel)
    {
        Extent middleExtent = new(z.From, y.To, x.To);
        if (z.Order == 0 && z.To <= z.From)
        {
            AxisPasses.InPlane(source, z.First, result, y, x, boundsOfSlice, degree, cancel);
        }
        else if (z.To >= z.From)
        {
            AxisPasses.InPlane(source, Every(z.From), result, y, x, boundsOfSlice, degree, cancel);
            AxisPasses.AlongZ(result, middleExtent, result, z, bounds, degree, cancel);
        }
        else
        {
            using FloatBuffer middle = new(middleExtent.Count);
            AxisPasses.InPlane(source, Every(z.From), middle.Memory, y, x, boundsOfSlice, degree, cancel);
            AxisPasses.AlongZ(middle.Memory, middleExtent, result, z, bounds, degree, cancel);
        }
    }

    private static int[] Every(int slices) => [.. Enumerable.Range(0, slices)];

    /// <summary>The range of a whole volume.</summary>
    public static Bounds RangeOf(FloatMemory source, Extent extent, int degree, CancellationToken cancel)
    {
        Bounds[] slices = new Bounds[extent.Z];
        ParallelLoop.ForEach(extent.Z, z => slices[z] = RangeOf(source.Slice((long)z * extent.SliceCount, extent.SliceCount)), degree, cancel);
        return new Bounds(slices.Min(static b => b.Low), slices.Max(static b => b.High));
    }

    /// <summary>The range of some values.</summary>
    public static Bounds RangeOf(ReadOnlySpan<float> values) => new(TensorPrimitives.Min(values), TensorPrimitives.Max(values));

    private static void Copy(FloatMemory source, FloatMemory result, long count)
    {
        for (long at = 0; at < count; at += 1 << 20)
        {
            int part = (int)Math.Min(1 << 20, count - at);
            source.Slice(at, part).CopyTo(result.Slice(at, part));
        }
    }
}
