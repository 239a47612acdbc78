using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>A normalisation by its name in the catalogue, with what it may need.</summary>
public sealed record NormalizationSettings
{
    /// <summary>Its name in the catalogue.</summary>
    /// <value>InstanceNorm.</value>
    [JsonPropertyName("name")]
    public string Name { get; init; } = InstanceNormalization.Name;

    /// <summary>Added to the variance.</summary>
    /// <value>1e-5.</value>
    [JsonPropertyName("eps")]
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Groups of feature maps that are normalised together, for GroupNorm.</summary>
    /// <value>8.</value>
    [JsonPropertyName("num_groups")]
    public int Groups { get; init; } = 8;
}

/// <summary>A nonlinearity by its name in the catalogue, with what it may need.</summary>
public sealed record NonlinearitySettings
{
    /// <summary>Its name in the catalogue.</summary>
    /// <value>LeakyReLU.</value>
    [JsonPropertyName("name")]
    public string Name { get; init; } = LeakyRelu.Name;

    /// <summary>Slope for negative values.</summary>
    /// <value>0.01.</value>
    [JsonPropertyName("negative_slope")]
    public double NegativeSlope { get; init; } = 1e-2;
}

/// <summary>What is wrong with the settings of layers.</summary>
internal static class LayerFaults
{
    /// <summary>Each fault in one sentence; empty when there is none.</summary>
    public static IEnumerable<string> Of(NormalizationSettings norm, NonlinearitySettings nonlinearity)
    {
        if (!Catalog<Normalization>.Contains(norm.Name)) yield return $"norm is {norm.Name}, but there is none of this name: {Nearest.Remedy(norm.Name, Catalog<Normalization>.Names)}";
        if (!Catalog<Nonlinearity>.Contains(nonlinearity.Name)) yield return $"nonlin is {nonlinearity.Name}, but there is none of this name: {Nearest.Remedy(nonlinearity.Name, Catalog<Nonlinearity>.Names)}";
        if (norm.Groups < 1) yield return $"norm.num_groups is {norm.Groups}, but must be at least 1";
    }

    /// <summary>Faults of strides and kernels.</summary>
    public static IEnumerable<string> OfGeometry(int dimensions, ValueArray<ValueArray<int>> pools, ValueArray<ValueArray<int>> kernels)
    {
        foreach (ValueArray<int> pool in pools)
        {
            if (pool.Count != dimensions || pool.Any(static p => p is < 1 or > 16)) yield return $"the pooling {pool} must be {dimensions} values from 1 to 16";
        }

        foreach (ValueArray<int> kernel in kernels)
        {
            if (kernel.Count != dimensions || kernel.Any(static k => k is not (1 or 3))) yield return $"the kernel {kernel} must be {dimensions} values of 1 or 3";
        }
    }

    /// <summary>Feature maps that can't be divided into groups.</summary>
    public static IEnumerable<string> OfGroups(NormalizationSettings norm, int baseFeatures, int maxFeatures)
    {
        if (norm.Name == GroupNormalization.Name && norm.Groups > 0 && (baseFeatures % norm.Groups != 0 || maxFeatures % norm.Groups != 0))
        {
            yield return $"norm is {norm.Name} with {norm.Groups} groups, which must divide base_num_features {baseFeatures} and max_num_features {maxFeatures}";
        }
    }
}
