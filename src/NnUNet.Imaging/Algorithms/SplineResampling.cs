using NnUNet.Foundation;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Resizes volumes (z, y, x) to other voxel counts with splines of order 0, 1 or 3.</summary>
/// <remarks>
/// Equals skimage's (0.19 and later) <c>transform.resize(order, mode="edge", clip=True, anti_aliasing=False)</c> and
/// batchgenerators' <c>resize_segmentation</c>, as nnU-Net calls them. Works axis by axis, on several threads.
/// </remarks>
public static class SplineResampling
{
    /// <summary>Slices that one thread resizes at a time.</summary>
    private const int SlabSlices = 8;

    /// <summary>Resizes an image; the result stays within the source's range.</summary>
    /// <param name="data">Source voxels; no NaN, which would spread.</param>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="result">Receives the result; must not overlap the source.</param>
    /// <param name="to">Voxel counts of the result. Where both are equal the voxels are copied untouched.</param>
    /// <param name="order">0 (nearest), 1 (linear) or 3 (cubic).</param>
    /// <param name="degree">Threads at most; 1 stays on the caller's, 0 means the default.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A span does not have its extent's voxels, or the order is unknown.</exception>
    public static void Resize(
        ReadOnlySpan<float> data, Extent from, Span<float> result, Extent to, int order, int degree = 0, CancellationToken cancel = default)
    {
        Check(data.Length, from, result.Length, to);
        CheckOrder(order);
        if (order != 3) ResizeInSlabs(new BlockResampler(from, to, order), data, result, degree, cancel);
        else new SplineSlabResampler(from, to, order).Resample(data, result, degree, cancel);
    }

    /// <summary>Resizes labels: each label's mask by itself; a voxel gets the highest label whose mask has at least one half there, otherwise 0.</summary>
    /// <param name="labels">Source labels.</param>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="result">Receives the result; must not overlap the source.</param>
    /// <param name="to">Voxel counts of the result. Where both are equal the labels are copied.</param>
    /// <param name="order">0 (nearest), 1 (linear) or 3 (cubic).</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A span does not have its extent's voxels, or the order is unknown.</exception>
    /// <remarks>Source: batchgenerators/augmentations/utils.py resize_segmentation.</remarks>
    public static void ResizeLabels(ReadOnlySpan<short> labels, Extent from, Span<short> result, Extent to, int order, CancellationToken cancel = default) =>
        AnisotropicResampling.ResampleLabels(labels, from, result, to, null, order, order, cancel);

    internal static unsafe void ResizeInSlabs(BlockResampler resampler, ReadOnlySpan<float> data, Span<float> result, int degree, CancellationToken cancel)
    {
        int plane = resampler.To.SliceCount;
        int slices = resampler.To.Z;
        WithPinned(data, result, (source, target) => ParallelLoop.ForEach(
            ((slices - 1) / SlabSlices) + 1,
            slab =>
            {
                int first = slab * SlabSlices;
                int count = Math.Min(SlabSlices, slices - first);
                resampler.Resample(source.From(0), target.Slice((long)first * plane, count * plane), first, count);
            },
            degree,
            cancel));
    }

    internal static unsafe void WithPinned(ReadOnlySpan<float> data, Span<float> result, Action<FloatMemory, FloatMemory> work)
    {
        fixed (float* source = data, target = result)
        {
            work(new FloatMemory(source, data.Length), new FloatMemory(target, result.Length));
        }
    }

    internal static void CheckOrder(int order)
    {
        if (order is not (0 or 1 or 3)) throw new ArgumentOutOfRangeException(nameof(order), order, "the order is 0 (nearest), 1 (linear) or 3 (cubic)");
    }

    internal static void Check(int sourceLength, Extent from, int resultLength, Extent to)
    {
        if (sourceLength != from.Count) throw new ArgumentException($"the source has {sourceLength} voxels, but {from} has {from.Count}");
        if (resultLength != to.Count) throw new ArgumentException($"the result has {resultLength} voxels, but {to} has {to.Count}");
    }
}
