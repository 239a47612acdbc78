using NnUNet.Foundation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>A kind of normalisation by name, a point of extension of the networks.</summary>
public abstract class Normalization
{
    /// <summary>A layer that normalises (B, F, …) and may have parameters <c>weight</c> and <c>bias</c> of F values.</summary>
    /// <param name="features">Feature maps F.</param>
    /// <param name="dimensions">Axes of the image: 2 or 3.</param>
    /// <param name="settings">What the network's description says.</param>
    public abstract nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings);
}

/// <summary>Each feature map of each sample to mean 0 and variance 1, then a learned scale and shift.</summary>
[CatalogName(Name)]
public sealed class InstanceNormalization : Normalization
{
    internal const string Name = "InstanceNorm";

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings) =>
        new GroupNormLayer(features, features, settings.Epsilon); // one feature map a group: the same function, in a third of the time on a CPU
}

/// <summary>Some feature maps of each sample together to mean 0 and variance 1, then a learned scale and shift.</summary>
/// <remarks>Source: nnunet/network_architecture/custom_modules/helperModules.py, MyGroupNorm.</remarks>
[CatalogName(Name)]
public sealed class GroupNormalization : Normalization
{
    internal const string Name = "GroupNorm";

    /// <inheritdoc/>
    /// <exception cref="DescribedException">The feature maps can't be divided among the groups.</exception>
    public override nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings) => features % settings.Groups == 0
        ? new GroupNormLayer(features, settings.Groups, settings.Epsilon)
        : throw new DescribedException($"norm {Name}", $"{features} feature maps can't be divided among {settings.Groups} groups", "change num_groups, or the plan's base_num_features");
}

/// <summary>Each feature map of the whole batch to mean 0 and variance 1, then a learned scale and shift; inference uses averages that training kept.</summary>
/// <remarks>Source: torch.nn.BatchNorm3d with momentum 0.1, as nnUNetTrainerV2_BN.py uses it.</remarks>
[CatalogName("BatchNorm")]
public sealed class BatchNormalization : Normalization
{
    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings) =>
        new BatchNormLayer(features, settings.Epsilon);
}

/// <summary>Each feature map divided by its root mean square, scaled and shifted, and cut off below a learned threshold.</summary>
/// <remarks>
/// Goes with the nonlinearity Identity and an epsilon of 1e-6. Parameters are of shape (1, F, 1, …), as the original's.
/// Source: nnunet/network_architecture/custom_modules/feature_response_normalization.py, FRN3D.
/// </remarks>
[CatalogName("FRN")]
public sealed class FilterResponseNormalization : Normalization
{
    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings) =>
        new FilterResponseLayer(features, dimensions, settings.Epsilon);
}

/// <summary>Features as they are.</summary>
/// <remarks>Source: nnunet/network_architecture/custom_modules/helperModules.py, Identity.</remarks>
[CatalogName("Identity")]
public sealed class NoNormalization : Normalization
{
    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings) => new IdentityLayer();
}
