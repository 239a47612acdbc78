using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace NnUNet.Torch.Runtime;

/// <summary>The element type in which convolutions compute. Weights, norms, probabilities and loss are float32 in any case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComputePrecision>))]
public enum ComputePrecision
{
    /// <summary>32 bits: <c>--fp32</c>, and what a processor without bfloat16 computes in.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>16 bits with float32's range and 8 bits of precision; needs no loss scaling.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,

    /// <summary>16 bits with 11 bits of precision and a small range, so that training scales the loss.</summary>
    [JsonStringEnumMemberName("float16")]
    Float16,
}

/// <summary>Names, defaults and torch types of a <see cref="ComputePrecision"/>.</summary>
public static class ComputePrecisions
{
    /// <summary>The fastest one of a device: the default of training and prediction.</summary>
    /// <returns>bfloat16 on processors that have instructions for it, else float32; on CUDA float16, as the original.</returns>
    public static ComputePrecision FastestOn(TorchDevice device) =>
        device.IsCuda ? ComputePrecision.Float16 : CpuFeatures.Current.FastBf16 ? ComputePrecision.BFloat16 : ComputePrecision.Float32;

    /// <summary>Its name in files and messages: float32, bfloat16 or float16.</summary>
    public static string Name(this ComputePrecision precision) => precision.ToString().ToLowerInvariant();

    /// <summary>What <see cref="Networks.SegmentationNetwork.ConvolutionType"/> is set to.</summary>
    internal static ScalarType? ConvolutionType(this ComputePrecision precision) => precision switch
    {
        ComputePrecision.BFloat16 => ScalarType.BFloat16,
        ComputePrecision.Float16 => ScalarType.Float16,
        _ => null,
    };

    /// <summary>Whether an element type is one of the two that only convolutions and what is fused with them compute in.</summary>
    internal static bool IsOf16Bits(this ScalarType type) => type is ScalarType.BFloat16 or ScalarType.Float16;
}
