using NnUNet.Torch.Onnx;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks.V2;

/// <summary>Features (B, F, …) times a weight for each, which comes from the means of all of them.</summary>
/// <remarks>
/// The original takes the means over the first two axes of the image whatever number it has, so that in 3D each place along the
/// last axis has weights of its own. Source: building_blocks/regularization.py, SqueezeExcite.
/// </remarks>
internal sealed class SqueezeLayer : nn.Module<Tensor, Tensor>, IOnnxPart
{
    private static readonly long[] MeanAxes = [2, 3];

    // In an array, since TorchSharp registers module fields by itself, under the field's name.
    private readonly ConvolutionLayer[] _layers;

    /// <summary>A layer of zeros.</summary>
    /// <param name="features">Feature maps.</param>
    /// <param name="squeezed">Numbers to which their means are squeezed.</param>
    /// <param name="dimensions">Axes of the image.</param>
    public SqueezeLayer(int features, int squeezed, int dimensions)
        : base(nameof(SqueezeLayer))
    {
        int[] ones = NetworkGeometry.Uniform(1, dimensions);
        _layers = [new ConvolutionLayer(features, squeezed, ones, ones, bias: true), new ConvolutionLayer(squeezed, features, ones, ones, bias: true)];
        register_module("fc1", _layers[0]);
        register_module("fc2", _layers[1]);
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor wide = input.dtype.IsOf16Bits() ? input.to_type(ScalarType.Float32) : input;
        Tensor means = wide.mean(MeanAxes, keepdim: true); // (B, F, 1, 1) or (B, F, 1, 1, x)
        Tensor weights = _layers[1].call(_layers[0].call(means).relu_()).sigmoid_();
        return (wide * weights).to_type(input.dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string means = graph.Add("ReduceMean", [input], ("axes", MeanAxes), ("keepdims", 1L));
        string squeezed = graph.Add("Relu", [_layers[0].WriteOnnx(graph, means)]);
        return graph.Add("Mul", [input, graph.Add("Sigmoid", [_layers[1].WriteOnnx(graph, squeezed)])]);
    }
}
