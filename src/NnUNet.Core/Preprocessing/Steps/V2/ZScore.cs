using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>Every case by its own mean and deviation; where a mask is used, within it alone, and what is outside stays as it is.</summary>
/// <remarks>Source: nnunetv2/preprocessing/normalization/default_normalization_schemes.py.</remarks>
[CatalogName(Name)]
public sealed class ZScore : NormalizationScheme
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "ZScoreNormalization";

    private const double LeastDeviation = 1e-8;

    /// <inheritdoc/>
    public override bool StandardizesCases => true;

    /// <inheritdoc/>
    public override void Apply(Span<float> voxels, ReadOnlySpan<short> segmentation, bool useMask, ChannelIntensities? intensities)
    {
        if (!useMask || !segmentation.ContainsAnyInRange(short.MinValue, (short)-1))
        {
            (double mean, double deviation) = VoxelStatistics.Of(voxels);
            Standardize(voxels, mean, Math.Max(deviation, LeastDeviation));
            return;
        }

        (double insideMean, double insideDeviation) = Statistics(voxels, segmentation, 0, static (_, label, _) => label >= 0);
        (float centre, float divisor) = ((float)insideMean, (float)Math.Max(insideDeviation, LeastDeviation));
        for (int i = 0; i < voxels.Length; i++)
        {
            if (segmentation[i] >= 0) voxels[i] = (voxels[i] - centre) / divisor;
        }
    }
}
