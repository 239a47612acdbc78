using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Splines that resample from one grid to another.</summary>
/// <param name="Order">Order of the interpolation: 0 nearest, 1 linear, 3 cubic.</param>
/// <param name="OrderZ">Order along the separate axis.</param>
/// <param name="SeparateAxis">The axis (0 = z, 1 = y, 2 = x) that is resampled by itself; null for none.</param>
public sealed record SplineOrders(int Order, int OrderZ, int? SeparateAxis);

/// <summary>A way of resampling that is one of splines, whose orders and separate axis it says: a network's outputs are resampled by these, block by block.</summary>
public abstract class SplineFunction : ResamplingFunction
{
    /// <summary>Which label a voxel between several ones gets, where a rule does not say.</summary>
    /// <value>The highest with one half of the weight.</value>
    protected virtual LabelChoice Labels => LabelChoice.Half;

    /// <summary>The splines between two grids.</summary>
    /// <param name="grids">Both grids.</param>
    /// <param name="rule">Orders and what is done about a coarse axis.</param>
    public abstract SplineOrders OrdersFor(ResamplingGrids grids, ResamplingRule rule);

    /// <inheritdoc/>
    public override void Resample(ReadOnlySpan<float> voxels, Span<float> result, ResamplingGrids grids, ResamplingRule rule, CancellationToken cancel)
    {
        SplineOrders orders = OrdersFor(grids, rule);
        AnisotropicResampling.Resample(voxels, grids.From, result, grids.To, orders.SeparateAxis, orders.Order, orders.OrderZ, cancel);
    }

    /// <inheritdoc/>
    public override void ResampleLabels(ReadOnlySpan<short> labels, Span<short> result, ResamplingGrids grids, ResamplingRule rule, CancellationToken cancel)
    {
        SplineOrders orders = OrdersFor(grids, rule);
        AnisotropicResampling.ResampleLabels(labels, grids.From, result, grids.To, orders.SeparateAxis, orders.Order, orders.OrderZ, rule.Labels ?? Labels, cancel);
    }
}
