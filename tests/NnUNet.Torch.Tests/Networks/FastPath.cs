using NnUNet.Core.Planning;
using NnUNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>The fast path, which computes in float32, beside the plain layers, which compute in float64.</summary>
internal static class FastPath
{
    /// <summary>Asserts that the logits and the gradients of all weights are equal within float32's rounding.</summary>
    /// <param name="describe">The network's description, given its nonlinearity; of widths that the fast path takes.</param>
    /// <param name="shape">The images' shape (B, C, …).</param>
    public static void MustEqualThePlainLayers(Func<NonlinearitySettings, NetworkDescription> describe, long[] shape)
    {
        // Given a network, and the same in float64
        NetworkDescription description = describe(new NonlinearitySettings());
        using SegmentationNetwork fast = NetworkFactory.Create(description), plain = NetworkFactory.Create(description);
        Prepare(fast);
        Prepare(plain);
        plain.to(ScalarType.Float64);
        using DisposeScope scope = NewDisposeScope();
        Tensor images = KinkWatch.ImagesAwayFromKinks(describe, Prepare, shape);

        // When both see images
        Tensor[] logits = fast.call(images), expected = plain.call(images.to_type(ScalarType.Float64));
        foreach (Tensor[] outputs in (Tensor[][])[logits, expected]) outputs.Select(static o => o.square().mean()).Aggregate(static (a, b) => a.add(b)).backward();

        // Then logits and gradients are equal within float32's rounding
        Assert.All(expected.Zip(logits), static pair => AssertClose(pair.First, pair.Second));
        Assert.All(
            plain.named_parameters().Zip(fast.named_parameters()).Where(static pair => pair.First.name.EndsWith("weight", StringComparison.Ordinal)),
            static pair => AssertClose(pair.First.parameter.grad!, pair.Second.parameter.grad!));
    }

    private static void Prepare(SegmentationNetwork network) => network.Initialize(5);

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        double difference = (expected - actual.to_type(ScalarType.Float64)).abs().max().item<double>();
        Assert.InRange(difference / expected.abs().max().item<double>(), 0, 1e-3);
    }
}
