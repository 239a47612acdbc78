using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Splines along all axes, or slice by slice and along a coarse axis with an order of its own.</summary>
/// <remarks>Source: nnunet/preprocessing/preprocessing.py, resample_data_or_seg.</remarks>
[CatalogName(ResamplingRule.Spline)]
public sealed class SplineResamplingFunction : SplineFunction
{
    /// <inheritdoc/>
    public override SplineOrders OrdersFor(ResamplingGrids grids, ResamplingRule rule) =>
        new(rule.Order, rule.OrderZ, AnisotropicResampling.SeparateAxis(grids.FromSpacing, grids.ToSpacing, rule.ForceSeparateZ, rule.Threshold));
}
