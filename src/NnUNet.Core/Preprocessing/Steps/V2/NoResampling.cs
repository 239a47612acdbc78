using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>Nothing: the voxels stay, whatever the spacing.</summary>
/// <remarks>Source: nnunetv2/preprocessing/resampling/no_resampling.py, no_resampling_hack.</remarks>
[CatalogName(Name)]
public sealed class NoResampling : SplineFunction
{
    /// <summary>Its name in plans.</summary>
    public const string Name = "no_resampling_hack";

    /// <inheritdoc/>
    public override bool KeepsGrid => true;

    /// <inheritdoc/>
    public override SplineOrders OrdersFor(ResamplingGrids grids, ResamplingRule rule) => new(0, 0, null);
}
