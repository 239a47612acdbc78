using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>All axes at once, linearly or to the nearest voxel, however coarse one is; of labels the one with the largest weight wins.</summary>
/// <remarks>Source: nnunetv2/preprocessing/resampling/resample_torch.py, resample_torch_simple.</remarks>
[CatalogName(Name)]
public sealed class TorchResamplingOfAllAxes : SplineFunction
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "resample_torch_simple";

    /// <inheritdoc/>
    protected override LabelChoice Labels => LabelChoice.Most;

    /// <inheritdoc/>
    public override SplineOrders OrdersFor(ResamplingGrids grids, ResamplingRule rule) => new(rule.Order, 0, null);
}
