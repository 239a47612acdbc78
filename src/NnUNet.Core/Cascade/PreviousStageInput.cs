using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Cascade;

/// <summary>Brings the low resolution's segmentation of an image onto the grid on which the cascade's second stage sees that image.</summary>
/// <remarks>
/// The axes are transposed and each label's mask resized linearly; the highest label with at least one half wins. The original
/// ignores that the image was cropped, which shifts the labels wherever the crop cut something off; here they are cropped alike.
/// Source: nnunet/inference/predict.py, preprocess_save_to_queue.
/// </remarks>
public static class PreviousStageInput
{
    /// <summary>The labels on the preprocessed image's grid.</summary>
    /// <param name="labels">Labels (z, y, x) on the image's own grid; turned as the image was.</param>
    /// <param name="properties">How the image was cropped.</param>
    /// <param name="contract">The model's contract: its order of axes, and how the segmentation is resampled.</param>
    /// <param name="extent">Voxel counts of the preprocessed image, in the model's transposed order.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DescribedException">The labels have other voxel counts than the image.</exception>
    public static short[] Prepare(
        Volume<short> labels, CaseProperties properties, ModelContract contract, Extent extent, CancellationToken cancel = default)
    {
        if (properties.TurnedFrom is { } image) labels = ImageTurn.Turned(labels, image, contract.Preprocessing);
        if (labels.Extent != properties.OriginalExtent)
        {
            throw new DescribedException(
                "previous stage", $"its segmentation has {labels.Extent} voxels (z, y, x), but the image {properties.OriginalExtent}", "give the segmentation of this very image");
        }

        BoundingBox box = properties.CropBox;
        short[] cropped = NonzeroCrop.Cut(labels.Voxels, labels.Extent, box);
        int[] order = contract.Preprocessing.TransposeForward.ToArray();
        short[] ordered = AxisOrder.IsIdentity(order) ? cropped : AxisOrder.Transpose<short>(cropped, box.Size, order);
        ResamplingRule rule = contract.PreviousStage?.Resampling ?? new PreviousStageContract { Labels = [] }.Resampling;
        ResamplingGrids grids = new(
            box.Size.Transpose(order),
            Spacing.From(properties.OriginalSpacing.AsSpan()).Transpose(order),
            extent,
            Spacing.From(properties.SpacingAfterResampling.AsSpan()));
        short[] result = new short[extent.Count];
        ResamplingFunction.Of(rule).ResampleLabels(ordered, result, grids, rule, cancel);
        return result;
    }
}
