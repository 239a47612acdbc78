using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>Leaves of each label the largest part that hangs together by faces, of equally large ones the first: <c>{"step": "keep_largest_component", "labels": ["body_trunc"]}</c>.</summary>
/// <remarks>Without <c>labels</c>, of every label. Source: TotalSegmentator 2.18, totalsegmentator/postprocessing.py, keep_largest_blob_multilabel.</remarks>
[CatalogName("keep_largest_component")]
internal sealed class KeepLargestComponentStep : CleaningStep
{
    private ValueArray<short> _labels;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, Bundle bundle) => _labels = LabelsOf(parameters, bundle);

    /// <inheritdoc/>
    public override void Apply(Volume<short> labels, Volume<short>? mask, double cubicMm, CancellationToken cancel) =>
        LabelComponents.Remove(labels, _labels, static sizes => [.. sizes.Index().Select(s => s.Index != Largest(sizes))], cancel);

    private static int Largest(IReadOnlyList<int> sizes) => sizes.ToList().IndexOf(sizes.Max());
}
