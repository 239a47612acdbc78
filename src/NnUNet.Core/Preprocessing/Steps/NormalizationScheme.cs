using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>How the voxels of one channel are brought to zero mean and unit deviation: a point of extension, by name.</summary>
/// <remarks>Source: nnunet/preprocessing/preprocessing.py, resample_and_normalize.</remarks>
public abstract class NormalizationScheme
{
    /// <summary>Whether the scheme needs the data set's intensities, which are measured only where a channel is CT.</summary>
    public virtual bool NeedsIntensities => false;

    /// <summary>Whether every case gets a deviation of 1, so that a few voxels of enormous values leave all others next to none.</summary>
    public virtual bool StandardizesCases => false;

    /// <summary>Normalises one channel in place.</summary>
    /// <param name="voxels">The channel after resampling, in the image's units.</param>
    /// <param name="segmentation">The segmentation on the same grid, negative outside the nonzero mask.</param>
    /// <param name="useMask">Whether only voxels within the mask count; those outside become 0.</param>
    /// <param name="intensities">The channel's intensities in the data set; null where they were not measured.</param>
    public abstract void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities);

    /// <summary>Sets the voxels outside the mask to 0.</summary>
    protected static void ClearOutside(Span<float> voxels, ReadOnlySpan<short> segmentation)
    {
        for (int i = 0; i < voxels.Length; i++)
        {
            if (segmentation[i] < 0) voxels[i] = 0;
        }
    }

    /// <summary>Subtracts the mean and divides by the deviation.</summary>
    protected static void Standardize(Span<float> voxels, double mean, double deviation) =>
        ClampAndStandardize(voxels, float.NegativeInfinity, float.PositiveInfinity, mean, deviation);

    /// <summary>Brings values between bounds, subtracts the mean and divides by the deviation: one pass over the memory, compiled well at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void ClampAndStandardize(Span<float> voxels, float low, float high, double mean, double deviation)
    {
        (Vector<float> lows, Vector<float> highs) = (new(low), new(high));
        (Vector<float> means, Vector<float> deviations) = (new((float)mean), new((float)deviation));
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(voxels);
        foreach (ref Vector<float> v in vectors) v = (Vector.Min(Vector.Max(v, lows), highs) - means) / deviations;
        foreach (ref float v in voxels[(vectors.Length * Vector<float>.Count)..]) v = (Math.Min(Math.Max(v, low), high) - (float)mean) / (float)deviation;
    }

    /// <summary>Mean and population standard deviation of the voxels that are selected.</summary>
    private protected static (double Mean, double Deviation) Statistics<TState>(
        ReadOnlySpan<float> voxels, ReadOnlySpan<short> segmentation, TState state, Func<float, short, TState, bool> selected)
    {
        float[] buffer = ArrayPool<float>.Shared.Rent(voxels.Length);
        int count = 0;
        for (int i = 0; i < voxels.Length; i++)
        {
            if (selected(voxels[i], segmentation[i], state)) buffer[count++] = voxels[i];
        }

        (double Mean, double Deviation) statistics = VoxelStatistics.Of(buffer.AsSpan(0, count));
        ArrayPool<float>.Shared.Return(buffer);
        return statistics;
    }
}

/// <summary>Every case by its own mean and deviation, within the mask where one is used: the scheme for all but CT.</summary>
[CatalogName("nonCT")]
public sealed class ZScoreNormalization : NormalizationScheme
{
    /// <inheritdoc/>
    public override bool StandardizesCases => true;

    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
        (double mean, double deviation) = useMask
            ? Statistics(voxels, segmentation, 0, static (_, label, _) => label >= 0)
            : VoxelStatistics.Of(voxels);
        Standardize(voxels, mean, deviation + 1e-8);
        if (useMask) ClearOutside(voxels, segmentation);
    }
}

/// <summary>Clipped to the 0.5th and 99.5th percentile of the data set's foreground, then by its mean and deviation.</summary>
[CatalogName("CT")]
public sealed class CtNormalization : NormalizationScheme
{
    /// <inheritdoc/>
    public override bool NeedsIntensities => true;

    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
        ArgumentNullException.ThrowIfNull(intensities);
        ClampAndStandardize(voxels, (float)intensities.Percentile005, (float)intensities.Percentile995, intensities.Mean, Math.Max(intensities.Sd, 1e-8));
        if (useMask) ClearOutside(voxels, segmentation);
    }
}

/// <summary>Clipped as for CT, then by the mean and deviation of the case's own voxels between the bounds.</summary>
[CatalogName("CT2")]
public sealed class CtPerCaseNormalization : NormalizationScheme
{
    /// <inheritdoc/>
    public override bool NeedsIntensities => true;

    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
        ArgumentNullException.ThrowIfNull(intensities);
        (float low, float high) bounds = ((float)intensities.Percentile005, (float)intensities.Percentile995);
        (double mean, double deviation) = Statistics(voxels, segmentation, bounds, static (v, _, b) => v > b.low && v < b.high);
        ClampAndStandardize(voxels, bounds.low, bounds.high, mean, Math.Max(deviation, 1e-8));
        if (useMask) ClearOutside(voxels, segmentation);
    }
}

/// <summary>The voxels stay as they are.</summary>
[CatalogName("noNorm")]
public sealed class NoNormalization : NormalizationScheme
{
    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
    }
}

/// <summary>8-bit values divided by 255, for colour images.</summary>
[CatalogName("scale_uint8_to_0_1")]
public sealed class ByteScaling : NormalizationScheme
{
    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities) =>
        TensorPrimitives.Divide(voxels, 255f, voxels);
}
