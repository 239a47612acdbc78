using System.Text.Json;
using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Networks.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Benchmarks;

/// <summary>The network that the planner makes for the hippocampus (three poolings, 32 to 256 features), in 3D and 2D.</summary>
internal static class HippocampusNetwork
{
    private const int Poolings = 3;

    public static SegmentationNetwork Create(int dimensions)
    {
        int[] two = [.. Enumerable.Repeat(2, dimensions)], three = [.. Enumerable.Repeat(3, dimensions)];
        GenericUNetArguments arguments = new()
        {
            InputChannels = 1,
            Classes = 3,
            BaseFeatures = 32,
            MaxFeatures = 320,
            PoolKernels = [.. Enumerable.Range(0, Poolings).Select(_ => two.ToValueArray())],
            ConvolutionKernels = [.. Enumerable.Range(0, Poolings + 1).Select(_ => three.ToValueArray())],
        };
        SegmentationNetwork network = NetworkFactory.Create(new NetworkDescription
        {
            Name = GenericUNetFactory.Name,
            Arguments = JsonSerializer.SerializeToElement(arguments, ProductJson.Options),
            MirrorAxes = [],
        });
        network.Initialize(1);
        return network;
    }
}

/// <summary>The convolutions and skip connections of <see cref="HippocampusNetwork"/> and nothing else: what a training iteration costs at least.</summary>
internal sealed class BareConvolutions : IDisposable
{
    private readonly ConvolutionLayer[][] _down, _across;
    private readonly ConvolutionLayer[] _up, _heads;
    private readonly ScalarType? _type;

    public BareConvolutions(int dimensions, ScalarType? type)
    {
        _type = type;
        int[] ones = [.. Enumerable.Repeat(1, dimensions)], two = [.. Enumerable.Repeat(2, dimensions)], three = [.. Enumerable.Repeat(3, dimensions)];
        int[] features = [32, 64, 128, 256];
        _down = [.. features.Select((f, level) => new[] { Layer(level == 0 ? 1 : features[level - 1], f, three, level == 0 ? ones : two), Layer(f, f, three, ones) })];
        _across = [.. features[..^1].Select(f => new[] { Layer(2 * f, f, three, ones), Layer(f, f, three, ones) })];
        _up = [.. features[..^1].Select(f => Layer(2 * f, f, two, two, transposed: true))];
        _heads = [.. features[..^1].Select(f => Layer(f, 3, ones, ones))];
    }

    /// <summary>Forward and backward.</summary>
    public void Run(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ChannelsLast.Of(images);
        List<Tensor> skips = [];
        foreach (ConvolutionLayer[] pair in _down) skips.Add(x = pair[1].call(pair[0].call(x)));

        Tensor sum = zeros(1);
        for (int level = _up.Length - 1; level >= 0; level--)
        {
            x = cat([_up[level].call(x), skips[level]], 1);
            x = _across[level][1].call(_across[level][0].call(x));
            sum = sum + _heads[level].call(x).mean().to_type(ScalarType.Float32);
        }

        sum.backward();
    }

    public void Dispose()
    {
        foreach (ConvolutionLayer layer in _down.SelectMany(static pair => pair).Concat(_across.SelectMany(static pair => pair)).Concat(_up).Concat(_heads)) layer.Dispose();
    }

    private ConvolutionLayer Layer(int inputs, int outputs, int[] kernel, int[] stride, bool transposed = false)
    {
        ConvolutionLayer layer = new(inputs, outputs, kernel, stride, bias: !transposed, transposed) { StaysInComputeType = true, ComputeType = _type };
        using Generator generator = new(1);
        layer.InitializeHe(0.01, generator);
        return layer;
    }
}
