using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>A network of version 2, as its plans and its weights tell it.</summary>
/// <param name="Description">What the catalogue builds it from; mirror axes as they were given.</param>
/// <param name="Warnings">Where plans and weights disagree and what was done then, each in one sentence.</param>
internal sealed record V2Network(NetworkDescription Description, ValueArray<string> Warnings)
{
    /// <summary>The network that plans name, without a look at weights.</summary>
    /// <param name="where">The plans and the configuration, for messages.</param>
    /// <param name="className"><c>architecture.network_class_name</c>, or the old format's <c>UNet_class_name</c>; matched by its last component.</param>
    /// <param name="architecture"><c>architecture.arch_kwargs</c>, verbatim or reconstructed from the old format.</param>
    /// <param name="inputChannels">Channels of the image and of the previous stage.</param>
    /// <param name="classes">Outputs: classes with the background, or regions.</param>
    /// <param name="mirrorAxes">Image axes along which inference mirrors.</param>
    /// <exception cref="DescribedException">No such network is known, or a value is not supported; the message names it.</exception>
    public static NetworkDescription Describe(string where, string className, JsonObject architecture, int inputChannels, int classes, ValueArray<int> mirrorAxes) =>
        throw new NotSupportedException();

    /// <summary>The network that plans name, as its weights have it: what the weights tell counts where they disagree.</summary>
    /// <param name="where">The plans and the configuration, for messages.</param>
    /// <param name="className">As above; null where the plans do not say.</param>
    /// <param name="architecture">As above; null where the plans do not say.</param>
    /// <param name="weights">The first fold's checkpoint.</param>
    /// <param name="inputChannels">Channels of the image and of the previous stage, as the plans and data set say.</param>
    /// <param name="classes">Outputs, as the data set says.</param>
    /// <param name="mirrorAxes">Image axes along which inference mirrors.</param>
    /// <exception cref="DescribedException">The weights are those of no known network; the message names what they look like and what is missing.</exception>
    public static V2Network Of(string where, string? className, JsonObject? architecture, V2StateDict weights, int inputChannels, int classes, ValueArray<int> mirrorAxes) =>
        throw new NotSupportedException();
}
