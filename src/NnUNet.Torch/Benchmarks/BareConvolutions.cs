using NnUNet.Torch.Networks;
using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Benchmarks;

/// <summary>The convolutions and skip connections of a plain U-Net and nothing else: what a training iteration or a tile costs at least.</summary>
/// <remarks>On CPUs channels last, the faster layout there.</remarks>
internal sealed class BareConvolutions : IDisposable
{
    private readonly ConvolutionLayer[][] _down, _across;
    private readonly ConvolutionLayer[] _up, _heads;
    private readonly ScalarType? _type;
    private readonly Device _device;

    /// <summary>Those of <see cref="HippocampusNetwork"/>.</summary>
    public BareConvolutions(int dimensions, ScalarType? type, Device? device = null)
        : this(dimensions, HippocampusNetwork.Features, classes: 3, type, device)
    {
    }

    /// <summary>Those of a network of two convolutions a resolution, which halves every axis from one to the next.</summary>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="features">Feature maps of each resolution, the full one first.</param>
    /// <param name="classes">Feature maps of the outputs.</param>
    /// <param name="type">The type to compute in; null for the images'.</param>
    /// <param name="device">Null for the CPU.</param>
    public BareConvolutions(int dimensions, int[] features, int classes, ScalarType? type, Device? device = null)
    {
        _type = type;
        _device = device ?? CPU;
        int[] ones = NetworkGeometry.Uniform(1, dimensions), two = NetworkGeometry.Uniform(2, dimensions), three = NetworkGeometry.Uniform(3, dimensions);
        _down = [.. features.Select((f, level) => new[] { Layer(level == 0 ? 1 : features[level - 1], f, three, level == 0 ? ones : two), Layer(f, f, three, ones) })];
        _across = [.. features[..^1].Select(f => new[] { Layer(2 * f, f, three, ones), Layer(f, f, three, ones) })];
        _up = [.. features[..^1].Zip(features[1..], (f, coarser) => Layer(coarser, f, two, two, transposed: true))];
        _heads = [.. features[..^1].Select(f => Layer(f, classes, ones, ones))];
    }

    /// <summary>Forward and backward.</summary>
    /// <param name="images">Images (B, 1, z, y, x), in 2D (B, 1, y, x), on the device.</param>
    public void Run(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = zeros(1, device: _device);
        Decode(images, (level, x) => sum = sum.Plus(_heads[level].call(x).mean().to_type(ScalarType.Float32)));
        sum.backward();
        foreach (ConvolutionLayer layer in Layers) layer.zero_grad();
    }

    /// <summary>Forward to the output of the full resolution, as inference does.</summary>
    /// <param name="images">Images (B, 1, z, y, x), in 2D (B, 1, y, x), on the device.</param>
    public void RunForward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Decode(images, (level, x) => (level == 0 ? _heads[level].call(x) : x).flatten()[0].to_type(ScalarType.Float32).item<float>());
    }

    public void Dispose()
    {
        foreach (ConvolutionLayer layer in Layers) layer.Dispose();
    }

    private IEnumerable<ConvolutionLayer> Layers => _down.SelectMany(static pair => pair).Concat(_across.SelectMany(static pair => pair)).Concat(_up).Concat(_heads);

    /// <summary>Runs encoder and decoder, and hands over the features of each resolution of the decoder, the full one last.</summary>
    private void Decode(Tensor images, Action<int, Tensor> take)
    {
        Tensor x = _device.type == DeviceType.CPU ? ChannelsLast.Of(images) : images;
        List<Tensor> skips = [];
        foreach (ConvolutionLayer[] pair in _down) skips.Add(x = pair[1].call(pair[0].call(x)));
        for (int level = _up.Length - 1; level >= 0; level--)
        {
            x = cat([_up[level].call(x), skips[level]], 1);
            x = _across[level][1].call(_across[level][0].call(x));
            take(level, x);
        }
    }

    private ConvolutionLayer Layer(int inputs, int outputs, int[] kernel, int[] stride, bool transposed = false)
    {
        ConvolutionLayer layer = new(inputs, outputs, kernel, stride, bias: !transposed, transposed) { StaysInComputeType = true, ComputeType = _type };
        using Generator generator = new(1);
        layer.InitializeHe(0.01, generator);
        layer.to(_device);
        return layer;
    }
}
