namespace NnUNet.Imaging.Algorithms;

/// <summary>nnU-Net's resampling between spacings: anisotropic images are resized slice by slice, then along their coarse axis with another interpolation order.</summary>
/// <remarks>Source: nnunet/preprocessing/preprocessing.py (resample_patient, resample_data_or_seg).</remarks>
public static class AnisotropicResampling
{
    /// <summary>Coarsest over finest spacing from which on the coarse axis is resampled separately.</summary>
    /// <value>3: more than 3 times.</value>
    public const double DefaultThreshold = 3;

    /// <summary>Whether an image of this spacing counts as anisotropic.</summary>
    public static bool IsAnisotropic(Spacing spacing, double threshold = DefaultThreshold) =>
        Math.Max(spacing.Z, Math.Max(spacing.Y, spacing.X)) / Math.Min(spacing.Z, Math.Min(spacing.Y, spacing.X)) > threshold;

    /// <summary>The axes (0 = z, 1 = y, 2 = x) whose spacing is the coarsest, in ascending order.</summary>
    public static int[] CoarsestAxes(Spacing spacing)
    {
        double coarsest = Math.Max(spacing.Z, Math.Max(spacing.Y, spacing.X));
        return [.. Enumerable.Range(0, 3).Where(axis => coarsest / spacing[axis] == 1)];
    }

    /// <summary>The axis that is resampled separately, or null where none is.</summary>
    /// <param name="original">Spacing that the image has.</param>
    /// <param name="target">Spacing that it gets.</param>
    /// <param name="forceSeparateZ">True or false decides; null lets the spacings decide, the original before the target.</param>
    /// <param name="threshold">Coarsest over finest spacing that counts as anisotropic.</param>
    /// <remarks>Two equally coarse axes switch it off, even where it is forced; three equal ones that are forced mean axis 0.</remarks>
    public static int? SeparateAxis(Spacing original, Spacing target, bool? forceSeparateZ = null, double threshold = DefaultThreshold)
    {
        Spacing decides = forceSeparateZ is null && !IsAnisotropic(original, threshold) ? target : original;
        if (!(forceSeparateZ ?? IsAnisotropic(decides, threshold))) return null;
        int[] axes = CoarsestAxes(decides);
        return axes.Length == 2 ? null : axes[0];
    }

    /// <summary>Voxel counts (z, y, x) at another spacing, each rounded half to even.</summary>
    /// <param name="extent">Voxel counts at <paramref name="original"/>.</param>
    /// <param name="original">Spacing that the image has.</param>
    /// <param name="target">Spacing that it gets.</param>
    public static Extent NewExtent(Extent extent, Spacing original, Spacing target) => new(
        (int)Math.Round(original.Z / target.Z * extent.Z),
        (int)Math.Round(original.Y / target.Y * extent.Y),
        (int)Math.Round(original.X / target.X * extent.X));

    /// <summary>Resamples one channel.</summary>
    /// <param name="data">Source voxels; no NaN, which would spread.</param>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="result">Receives the result; must not overlap the source.</param>
    /// <param name="to">Voxel counts of the result. Where both are equal the voxels are copied untouched.</param>
    /// <param name="separateAxis">The coarse axis (0 = z, 1 = y, 2 = x), whose slices are resized one by one; null resizes in 3D.</param>
    /// <param name="order">0, 1 or 3, in 3D or within the slices. Each slice stays within its own range.</param>
    /// <param name="orderZ">0, 1 or 3, along the coarse axis.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A span does not have its extent's voxels, or an order is unknown.</exception>
    public static void Resample(
        ReadOnlySpan<float> data, Extent from, Span<float> result, Extent to, int? separateAxis, int order, int orderZ, CancellationToken cancel = default)
    {
        SplineResampling.Check(data.Length, from, result.Length, to);
        SplineResampling.CheckOrder(order);
        SplineResampling.CheckOrder(separateAxis is null ? order : orderZ);
        if (separateAxis is not { } axis)
        {
            SplineResampling.Resize(data, from, result, to, order, cancel: cancel);
        }
        else if (from == to || (order <= 1 && orderZ <= 1))
        {
            SplineResampling.ResizeInSlabs(new BlockResampler(from, to, Math.Min(order, 1), axis, Math.Min(orderZ, 1)), data, result, degree: 0, cancel);
        }
        else
        {
            new SplineSlabResampler(from, to, order, axis, orderZ).Resample(data, result, degree: 0, cancel);
        }
    }

    /// <summary>Resamples labels: each label's mask by itself.</summary>
    /// <param name="labels">Source labels.</param>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="result">Receives the result; must not overlap the source.</param>
    /// <param name="to">Voxel counts of the result. Where both are equal the labels are copied.</param>
    /// <param name="separateAxis">The coarse axis (0 = z, 1 = y, 2 = x), whose slices are resized one by one; null resizes in 3D.</param>
    /// <param name="order">0, 1 or 3, in 3D or within the slices: the highest label with at least one half wins, otherwise 0.</param>
    /// <param name="orderZ">0, 1 or 3, along the coarse axis: the highest label with more than one half wins, otherwise 0.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A span does not have its extent's voxels, or an order is unknown.</exception>
    public static void ResampleLabels(
        ReadOnlySpan<short> labels, Extent from, Span<short> result, Extent to, int? separateAxis, int order, int orderZ, CancellationToken cancel = default) =>
        ResampleLabels(labels, from, result, to, separateAxis, order, orderZ, LabelChoice.Half, cancel);

    /// <summary>Resamples labels: each label's mask by itself.</summary>
    /// <param name="labels">Source labels.</param>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="result">Receives the result; must not overlap the source.</param>
    /// <param name="to">Voxel counts of the result. Where both are equal the labels are copied.</param>
    /// <param name="separateAxis">The coarse axis (0 = z, 1 = y, 2 = x), whose slices are resized one by one; null resizes in 3D.</param>
    /// <param name="order">0 or 1, with <see cref="LabelChoice.Half"/> also 3: in 3D or within the slices.</param>
    /// <param name="orderZ">0 or 1, with <see cref="LabelChoice.Half"/> also 3: along the coarse axis.</param>
    /// <param name="choice">Which of several labels wins.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A span does not have its extent's voxels, or an order is unknown.</exception>
    public static void ResampleLabels(
        ReadOnlySpan<short> labels, Extent from, Span<short> result, Extent to, int? separateAxis, int order, int orderZ, LabelChoice choice, CancellationToken cancel = default)
    {
        if (choice != LabelChoice.Half && (order == 3 || (separateAxis is not null && orderZ == 3))) throw new ArgumentException($"{choice} goes with the orders 0 and 1", nameof(choice));
        SplineResampling.Check(labels.Length, from, result.Length, to);
        SplineResampling.CheckOrder(order);
        SplineResampling.CheckOrder(separateAxis is null ? order : orderZ);
        LabelResampler.Resample(labels, from, result, to, separateAxis, order, orderZ, choice, cancel);
    }
}
