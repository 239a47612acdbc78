using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>The target spacing of data sets with one coarse axis of few voxels, where the median would lose too many slices to interpolation.</summary>
internal static class AnisotropicTarget
{
    /// <summary>Percentiles of the spacings (z, y, x) in millimetres, with a lower one for a coarse axis.</summary>
    /// <param name="fingerprint">The data set.</param>
    /// <param name="percent">Percentile of the axes in general.</param>
    /// <param name="threshold">Ratio of spacings from which on an axis counts as coarse.</param>
    /// <param name="coarsePercent">Percentile of the coarse axis.</param>
    /// <param name="tooFewVoxels">Whether the coarse axis has too few voxels compared with the other two.</param>
    /// <param name="bound">Bounds the coarse axis' percentile by the other spacings.</param>
    public static double[] Of(
        DatasetFingerprint fingerprint,
        double percent,
        double threshold,
        double coarsePercent,
        Func<double, double[], bool> tooFewVoxels,
        Func<double, double[], double> bound)
    {
        double[] target = Percentiles(fingerprint.AllSpacings, percent);
        double[] voxels = [.. Enumerable.Range(0, 3).Select(axis => Quantiles.Percentile(fingerprint.AllSizes.Select(s => (double)s[axis]), percent))];
        int coarsest = Array.IndexOf(target, target.Max());
        double[] others = [.. target.Where((_, axis) => axis != coarsest)];
        double[] otherVoxels = [.. voxels.Where((_, axis) => axis != coarsest)];
        if (target[coarsest] > threshold * others.Max() && tooFewVoxels(voxels[coarsest], otherVoxels))
            target[coarsest] = bound(Quantiles.Percentile(fingerprint.AllSpacings.Select(s => s[coarsest]), coarsePercent), others);

        return target;
    }

    /// <summary>A percentile of each axis.</summary>
    public static double[] Percentiles(ValueArray<ValueArray<double>> spacings, double percent) =>
        [.. Enumerable.Range(0, 3).Select(axis => Quantiles.Percentile(spacings.Select(s => s[axis]), percent))];
}
