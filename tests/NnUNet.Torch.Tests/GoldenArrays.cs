using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests;

/// <summary>An array of a golden npz file.</summary>
internal sealed record GoldenArray(string Name, long[] Shape, float[] Values)
{
    public Tensor ToTensor() => tensor(Values, Shape);

    public NamedWeight ToWeight() => new(Name, Shape.ToValueArray(), () => Values);
}

/// <summary>Reads golden npz files as float32.</summary>
internal static class GoldenArrays
{
    public static IReadOnlyDictionary<string, GoldenArray> Read(string relative) => NpzFile.Read(TestData.Golden(relative))
        .ToDictionary(static a => a.Key, static a => new GoldenArray(a.Key, [.. a.Value.Shape], a.Value.ToArray<float>()), StringComparer.Ordinal);
}
