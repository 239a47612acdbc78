using NnUNet.Core.Datasets;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Losses;

/// <summary>The voxels of overlapping regions, made of a label map on its device where they are needed: until then labels stay labels.</summary>
/// <remarks>
/// Making them of labels that were reduced to a coarser resolution gives the same as reducing them, since that takes nearest voxels.
/// Source: nnunet/training/data_augmentation/custom_transforms.py, ConvertSegmentationToRegionsTransform.
/// </remarks>
internal static class RegionMasks
{
    /// <summary>Where a region is.</summary>
    /// <param name="region">The region.</param>
    /// <param name="target">(B, 1, …), labels of any element type.</param>
    /// <returns>(B, …), true or false, owned by the caller; labels of no region are as the background.</returns>
    public static Tensor Of(LabelRegion region, Tensor target)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor labels = target.squeeze(1); // (B, …)
        Tensor? mask = null;
        foreach (int label in region.Labels)
        {
            Tensor own = labels.EqualTo(label);
            mask = mask is null ? own : mask.logical_or(own);
        }

        return mask!.MoveToOuterDisposeScope();
    }
}
