using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>Removes of each label the parts, by faces, that are no larger than a volume: <c>{"step": "remove_small_components", "labels": ["body_extremities"], "cubic_mm": 50000}</c>.</summary>
/// <remarks>Without <c>labels</c>, of every label. Source: TotalSegmentator 2.18, totalsegmentator/postprocessing.py, remove_small_blobs_multilabel: a part of exactly that volume goes too.</remarks>
[CatalogName("remove_small_components")]
internal sealed class RemoveSmallComponentsStep : CleaningStep
{
    private ValueArray<short> _labels;
    private double _cubicMm;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, Bundle bundle) => (_labels, _cubicMm) = (LabelsOf(parameters, bundle), parameters.Number("cubic_mm", 0));

    /// <inheritdoc/>
    public override void Apply(Volume<short> labels, Volume<short>? mask, double cubicMm, CancellationToken cancel)
    {
        double most = _cubicMm / cubicMm;
        LabelComponents.Remove(labels, _labels, sizes => [.. sizes.Select(size => size <= most)], cancel);
    }
}
