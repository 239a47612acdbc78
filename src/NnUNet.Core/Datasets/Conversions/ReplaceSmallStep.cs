using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Makes a label that has fewer voxels than a number into another one: <c>{"step": "replace_small", "label": 3, "fewer_than": 200, "by": 2}</c>.</summary>
/// <remarks>Source: nnunet/dataset_conversion/Task082_BraTS_2020.py, apply_brats_threshold: a little enhancing tumour is more often none.</remarks>
[CatalogName("replace_small")]
internal sealed class ReplaceSmallStep : ConversionStep
{
    private int _label;
    private int _fewerThan;
    private int _by;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters) =>
        (_label, _fewerThan, _by) = (parameters.Whole("label", 1), parameters.Whole("fewer_than", 1), parameters.Whole("by", 0));

    /// <inheritdoc/>
    public override Volume<int> Labels(Volume<int> labels, StepContext context) => labels.Voxels.AsSpan().Count(_label) >= _fewerThan
        ? labels
        : new Volume<int>(Array.ConvertAll(labels.Voxels, v => v == _label ? _by : v), labels.Extent, labels.Geometry);
}
