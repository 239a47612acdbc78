using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>How one kind of data is resampled: images, segmentations, or a network's outputs.</summary>
public sealed record ResamplingRule
{
    /// <summary>The function of the first version of nnU-Net, and of the second where a plan names none other.</summary>
    public const string Spline = "spline";

    /// <summary>The name of the <see cref="ResamplingFunction"/> in its catalogue.</summary>
    /// <value>spline.</value>
    public string Function { get; init; } = Spline;

    /// <summary>Order of the interpolation: 0 nearest, 1 linear, 3 cubic.</summary>
    public required int Order { get; init; }

    /// <summary>Order along a coarse axis that is resampled by itself.</summary>
    public required int OrderZ { get; init; }

    /// <summary>Whether the coarsest axis is resampled by itself.</summary>
    /// <value>Null: where it is more than <see cref="Threshold"/> times coarser than the finest.</value>
    public bool? ForceSeparateZ { get; init; }

    /// <summary>Which label a voxel between several ones gets.</summary>
    /// <value>Null: as the function does it.</value>
    public LabelChoice? Labels { get; init; }

    /// <summary>Coarsest over finest spacing above which an axis counts as coarse.</summary>
    /// <value>3.</value>
    public double Threshold { get; init; } = AnisotropicResampling.DefaultThreshold;
}
