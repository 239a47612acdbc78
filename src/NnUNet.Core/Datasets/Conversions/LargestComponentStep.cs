using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Leaves the largest component of the foreground, all labels together: <c>{"step": "largest_component"}</c>. Of equally large ones the first stays.</summary>
/// <remarks>Source: nnunet/dataset_conversion/Task029_LiverTumorSegmentationChallenge.py, export_segmentations_postprocess. An empty segmentation stays empty, where the original fails.</remarks>
[CatalogName("largest_component")]
internal sealed class LargestComponentStep : ConversionStep
{
    /// <inheritdoc/>
    public override Volume<int> Labels(Volume<int> labels, StepContext context)
    {
        ComponentMap components = ConnectedComponents.Label(Array.ConvertAll(labels.Voxels, static v => v > 0), labels.Extent);
        if (components.Sizes.Count < 2) return labels;
        int largest = 1 + components.Sizes.ToList().IndexOf(components.Sizes.Max());
        return new Volume<int>([.. labels.Voxels.Select((v, i) => components.Numbers[i] == largest ? v : 0)], labels.Extent, labels.Geometry);
    }
}
