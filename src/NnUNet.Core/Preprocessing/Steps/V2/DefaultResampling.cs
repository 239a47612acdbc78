using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>Splines along all axes, or slice by slice and along a coarse axis with an order of its own.</summary>
/// <remarks>Source: nnunetv2/preprocessing/resampling/default_resampling.py, resample_data_or_seg_to_shape.</remarks>
[CatalogName(Name)]
public sealed class DefaultResampling : SplineFunction
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "resample_data_or_seg_to_shape";

    /// <inheritdoc/>
    public override SplineOrders OrdersFor(ResamplingGrids grids, ResamplingRule rule) => new(rule.Order, rule.OrderZ, SeparateAxis.Of(grids, rule));
}
