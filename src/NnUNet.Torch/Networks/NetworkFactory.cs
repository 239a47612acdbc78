using NnUNet.Core.Planning;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>A kind of network by name: derives its arguments from a plan, and builds it from them.</summary>
/// <remarks>
/// The point of extension for networks: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless
/// constructor. What <see cref="Describe"/> returns is written into a model folder's <c>plans.json</c>, from which
/// <see cref="Create"/> builds the network again without any trainer's code.
/// </remarks>
public abstract class NetworkFactory
{
    /// <summary>The description of the network that a plan's stage asks for.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The stage's number.</param>
    /// <param name="extraInputChannels">Channels beyond the images', such as the cascade's previous segmentation.</param>
    /// <exception cref="DescribedException">The plan has no such stage.</exception>
    public abstract NetworkDescription Describe(Plan plan, int stage, int extraInputChannels = 0);

    /// <summary>Builds the network on the CPU; its parameters are zeros.</summary>
    /// <exception cref="DescribedException">The arguments are not those of this kind of network.</exception>
    public abstract SegmentationNetwork Build(NetworkDescription description);

    /// <summary>Builds the network that a description names.</summary>
    /// <exception cref="CatalogException">No network has that name.</exception>
    /// <exception cref="DescribedException">The arguments are not those of this kind of network.</exception>
    public static SegmentationNetwork Create(NetworkDescription description) =>
        Catalog<NetworkFactory>.Create(description.Name).Build(description);
}
