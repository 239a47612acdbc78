using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>From which grid to which; both in the same axes.</summary>
/// <param name="From">Voxel counts that there are.</param>
/// <param name="FromSpacing">Their spacing in millimetres.</param>
/// <param name="To">Voxel counts that are wanted.</param>
/// <param name="ToSpacing">Their spacing in millimetres.</param>
public sealed record ResamplingGrids(Extent From, Spacing FromSpacing, Extent To, Spacing ToSpacing);

/// <summary>A way of resampling images and segmentations: a point of extension, by the name in a <see cref="ResamplingRule"/>.</summary>
/// <remarks>It is asked only where the two grids differ.</remarks>
public abstract class ResamplingFunction
{
    private static readonly SplineResamplingFunction Spline = new();

    /// <summary>The function that a rule names.</summary>
    /// <exception cref="CatalogException">No function has that name.</exception>
    public static ResamplingFunction Of(ResamplingRule rule) => rule.Function == ResamplingRule.Spline ? Spline : Catalog<ResamplingFunction>.Create(rule.Function);

    /// <summary>Whether there is the function that a rule names.</summary>
    public static bool IsKnown(ResamplingRule rule) => rule.Function == ResamplingRule.Spline || Catalog<ResamplingFunction>.Contains(rule.Function);

    /// <summary>Whether the voxels stay where they are whatever spacing is wanted, so that the grid stays too.</summary>
    /// <value>False.</value>
    public virtual bool KeepsGrid => false;

    /// <summary>Resamples one channel.</summary>
    /// <param name="voxels">The voxels (z, y, x); no NaN.</param>
    /// <param name="result">Receives the result.</param>
    /// <param name="grids">Both grids.</param>
    /// <param name="rule">Orders and what is done about a coarse axis.</param>
    /// <param name="cancel">Stops the work.</param>
    public abstract void Resample(ReadOnlySpan<float> voxels, Span<float> result, ResamplingGrids grids, ResamplingRule rule, CancellationToken cancel);

    /// <summary>Resamples labels, of which none may appear that was not there.</summary>
    /// <param name="labels">The labels (z, y, x).</param>
    /// <param name="result">Receives the result.</param>
    /// <param name="grids">Both grids.</param>
    /// <param name="rule">Orders and what is done about a coarse axis.</param>
    /// <param name="cancel">Stops the work.</param>
    public abstract void ResampleLabels(ReadOnlySpan<short> labels, Span<short> result, ResamplingGrids grids, ResamplingRule rule, CancellationToken cancel);
}
