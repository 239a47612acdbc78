using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>Leaves labels only where another bundle finds something: <c>{"step": "keep_inside", "bundle": "vertebrae_body", "mask": ["vertebrae_body"]}</c>, under <c>finishing</c>.</summary>
/// <remarks>
/// <c>mask</c> names the other bundle's labels that count; without <c>labels</c>, all labels are looked at. The other bundle runs on all of the
/// image. Source: TotalSegmentator 2.18, totalsegmentator/postprocessing.py, refine_vertebrae_pp_with_body_mask.
/// </remarks>
[CatalogName("keep_inside")]
internal sealed class KeepInsideStep : CleaningStep
{
    private ValueArray<short> _labels;
    private BundleMask _mask = new("", []);

    /// <inheritdoc/>
    public override BundleMask? Mask => _mask;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters, Bundle bundle)
    {
        _labels = LabelsOf(parameters, bundle);
        _mask = new BundleMask(parameters.Text("bundle"), parameters.Has("mask") ? parameters.Texts("mask").ToValueArray() : []);
        if (_mask.Bundle == bundle.Name) parameters.Refuse("bundle", "must be another bundle");
    }

    /// <inheritdoc/>
    public override void Apply(Volume<short> labels, Volume<short>? mask, double cubicMm, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(mask);
        for (int i = 0; i < labels.Voxels.Length; i++)
        {
            ref short label = ref labels.Voxels[i];
            if (label != 0 && mask.Voxels[i] == 0 && _labels.Contains(label)) label = 0;
        }
    }
}
