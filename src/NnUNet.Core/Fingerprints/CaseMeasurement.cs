using NnUNet.Core.Cropping;
using NnUNet.Imaging;

namespace NnUNet.Core.Fingerprints;

/// <summary>What is measured of one case.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Size">Voxel counts (z, y, x) after cropping.</param>
/// <param name="Spacing">Spacing (z, y, x) in millimetres.</param>
/// <param name="SizeReduction">Share of the image's voxels that is left after cropping.</param>
/// <param name="ForegroundVoxels">Every tenth foreground voxel of each channel; null where intensities are not collected.</param>
internal sealed record CaseMeasurement(string CaseId, Extent Size, Spacing Spacing, double SizeReduction, float[][]? ForegroundVoxels)
{
    private const int Step = 10;

    /// <summary>Measures a cropped case.</summary>
    /// <remarks>Source: nnunet/experiment_planning/DatasetAnalyzer.py, _get_voxels_in_foreground and get_size_reduction_by_cropping.</remarks>
    public static CaseMeasurement Of(string caseId, CroppedCase cropped, bool collectIntensities) => new(
        caseId,
        cropped.Extent,
        Spacing.From(cropped.Properties.OriginalSpacing.AsSpan()),
        (double)cropped.Extent.Count / cropped.Properties.OriginalExtent.Count,
        collectIntensities ? Voxels(cropped) : null);

    private static float[][] Voxels(CroppedCase cropped)
    {
        List<int> chosen = [];
        int seen = 0;
        for (int i = 0; i < cropped.Segmentation.Length; i++)
        {
            if (cropped.Segmentation[i] > 0 && seen++ % Step == 0) chosen.Add(i);
        }

        return [.. cropped.Channels.Select(channel => chosen.Select(i => channel[i]).ToArray())];
    }
}
