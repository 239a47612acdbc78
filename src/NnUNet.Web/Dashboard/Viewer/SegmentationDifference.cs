using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Web.Dashboard.Viewer;

/// <summary>Where a prediction and its reference differ, as a label map of its own.</summary>
internal static class SegmentationDifference
{
    /// <summary>The value of foreground that the prediction lacks.</summary>
    public const short Missed = 1;

    /// <summary>The value of foreground that only the prediction has.</summary>
    public const short Added = 2;

    /// <summary>The value of foreground in both, of another label.</summary>
    public const short Confused = 3;

    /// <summary>Compares voxel by voxel.</summary>
    /// <exception cref="DescribedException">The two are of different extents or lie at different places.</exception>
    public static Volume<short> Of(Volume<short> prediction, Volume<short> reference)
    {
        if (CaseEvaluator.Mismatch(prediction, reference, checkGeometry: true) is { } mismatch) throw new DescribedException("prediction and reference", mismatch, "compare segmentations of the same image");
        Volume<short> difference = new(reference.Extent, reference.Geometry);
        ReadOnlySpan<short> predicted = prediction.Voxels, truth = reference.Voxels;
        Span<short> into = difference.Voxels;
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = predicted[i] == truth[i] ? (short)0 : predicted[i] == 0 ? Missed : truth[i] == 0 ? Added : Confused;
        }

        return difference;
    }
}
