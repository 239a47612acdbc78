using NnUNet.Foundation;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>Splines along all axes, or slice by slice and along a coarse axis with an order of its own.</summary>
/// <remarks>Source: nnunet/preprocessing/preprocessing.py, resample_data_or_seg.</remarks>
[CatalogName(ResamplingRule.Spline)]
public sealed class SplineResamplingFunction : ResamplingFunction
{
    /// <inheritdoc/>
    public override void Resample(ReadOnlySpan<float> voxels, Span<float> result, ResamplingGrids grids, ResamplingRule rule, CancellationToken cancel) =>
        AnisotropicResampling.Resample(voxels, grids.From, result, grids.To, SeparateAxis(grids, rule), rule.Order, rule.OrderZ, cancel);

    /// <inheritdoc/>
    public override void ResampleLabels(ReadOnlySpan<short> labels, Span<short> result, ResamplingGrids grids, ResamplingRule rule, CancellationToken cancel) =>
        AnisotropicResampling.ResampleLabels(labels, grids.From, result, grids.To, SeparateAxis(grids, rule), rule.Order, rule.OrderZ, cancel);

    private static int? SeparateAxis(ResamplingGrids grids, ResamplingRule rule) =>
        AnisotropicResampling.SeparateAxis(grids.FromSpacing, grids.ToSpacing, rule.ForceSeparateZ, rule.Threshold);
}
