using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>Linear along all axes, or slice by slice and along a coarse axis with an order of its own; of labels the one with the largest weight wins.</summary>
/// <remarks>
/// Where no axis is resampled by itself, the order within slices counts for nothing and everything is linear, as in the original.
/// Differs: coordinates are computed in double, not in float32. Source: nnunetv2/preprocessing/resampling/resample_torch.py, resample_torch_fornnunet.
/// </remarks>
[CatalogName(Name)]
public sealed class TorchResampling : SplineFunction
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "resample_torch_fornnunet";

    /// <inheritdoc/>
    protected override LabelChoice Labels => LabelChoice.Most;

    /// <inheritdoc/>
    public override SplineOrders OrdersFor(ResamplingGrids grids, ResamplingRule rule) =>
        SeparateAxis.Of(grids, rule) is { } axis ? new(rule.Order, rule.OrderZ, axis) : new(1, 0, null);
}
