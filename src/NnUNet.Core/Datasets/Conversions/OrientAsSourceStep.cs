using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Turns segmentations as the case's image lay in the source: <c>{"step": "orient_as_source"}</c>, the way back of <c>orient</c>.</summary>
/// <remarks>Source: nnunet/dataset_conversion/Task056_Verse_normalize_orientation.py, restore_original_slice_orientation.</remarks>
[CatalogName("orient_as_source")]
internal sealed class OrientAsSourceStep : ConversionStep
{
    /// <inheritdoc/>
    public override bool NeedsOriginal => true;

    /// <inheritdoc/>
    public override Volume<int> Labels(Volume<int> labels, StepContext context)
    {
        ImageGeometry original = context.Original ?? throw new DescribedException(context.CaseId, "there is no image of this case in the source", "give the folder that has it with --source");
        Volume<int> turned = Reorientation.To(labels, Orientation.Of(original));
        return GeometryComparison.Difference(turned.Extent, turned.Geometry, turned.Extent, original) is { } difference
            ? throw new DescribedException(context.CaseId, $"turned as its image lies in the source, {difference}", "give the source of which the task was converted")
            : turned.WithGeometry(original); // the image's own numbers, free of rounding
    }
}
