using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Onnx;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Features (B, F, …) to their largest or mean values in boxes that lie one beside the other; keeps their layout in memory.</summary>
internal sealed class PoolLayer : nn.Module<Tensor, Tensor>, IOnnxPart
{
    private readonly bool _largest;
    private readonly long[] _box;

    /// <summary>A layer without parameters.</summary>
    /// <param name="largest">Whether it takes the largest values; else the means.</param>
    /// <param name="box">Voxels of a box, array order.</param>
    public PoolLayer(bool largest, ReadOnlySpan<int> box)
        : base(nameof(PoolLayer))
    {
        _largest = largest;
        _box = [.. box.ToArray().Select(static n => (long)n)];
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();

        // Means are taken in float32, as the original's mixed precision takes them in no less than float16's sums.
        Tensor wide = input.dtype.IsOf16Bits() && !_largest ? input.to_type(ScalarType.Float32) : input;
        Tensor pooled = (_largest, _box.Length) switch
        {
            (true, 2) => F.max_pool2d(wide, _box, _box),
            (true, _) => F.max_pool3d(wide, _box, _box),
            (false, 2) => F.avg_pool2d(wide, _box, _box),
            (false, _) => F.avg_pool3d(wide, _box, _box),
        };
        Tensor narrow = pooled.to_type(input.dtype);
        return (ChannelsLast.Is(input) ? ChannelsLast.Of(narrow) : narrow).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(_largest ? "MaxPool" : "AveragePool", [input], ("kernel_shape", _box), ("strides", _box));
    }
}
