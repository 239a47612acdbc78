using NnUNet.Torch.Onnx;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>A convolution with what follows it: its normalisation and the nonlinearity, as one operation where the fast path takes the features.</summary>
/// <remarks>
/// No module itself: who holds it registers the two parts under the original's names. Gives features in the convolution's type
/// where the fast path computes them, else in float32.
/// </remarks>
internal sealed class NormalizedConvolution
{
    private const double Linear = 1;

    private readonly ConvolutionStyle _style;
    private readonly Nonlinearity _nonlinearity;

    /// <summary>A convolution of zeros and a norm that changes nothing beyond normalising.</summary>
    /// <param name="style">What follows, and in which order.</param>
    /// <param name="inputs">Feature maps that come in.</param>
    /// <param name="outputs">Feature maps that go out.</param>
    /// <param name="kernel">Voxels of the kernel, array order.</param>
    /// <param name="stride">Step per axis.</param>
    /// <param name="bias">Whether the convolution has a bias.</param>
    public NormalizedConvolution(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride, bool bias = true)
    {
        _style = style;
        _nonlinearity = style.CreateNonlinearity();
        Convolution = new ConvolutionLayer(inputs, outputs, kernel, stride, bias) { StaysInComputeType = true };
        Norm = style.CreateNorm(outputs, kernel.Length);
    }

    /// <summary>The convolution.</summary>
    public nn.Module<Tensor, Tensor> Convolution { get; }

    /// <summary>The normalisation.</summary>
    public nn.Module<Tensor, Tensor> Norm { get; }

    /// <summary>Features (B, inputs, …) convolved, normalised and through the nonlinearity, or in the style's other order.</summary>
    public Tensor Apply(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor convolved = Convolution.call(input);
        if (TryFused(convolved, _style.Nonlinearity.NegativeSlope) is { } fused) return fused.MoveToOuterDisposeScope();

        Tensor wide = Wide(convolved);
        Tensor result = _style.NonlinearityFirst
            ? Norm.call(_nonlinearity.Apply(wide, _style.Nonlinearity))
            : _nonlinearity.Apply(Norm.call(wide), _style.Nonlinearity);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Features (B, inputs, …) convolved and normalised, and nothing else.</summary>
    public Tensor Normalize(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor convolved = Convolution.call(input);
        if (TryFused(convolved, Linear) is { } fused) return fused.MoveToOuterDisposeScope();

        return Norm.call(Wide(convolved)).MoveToOuterDisposeScope();
    }

    /// <summary>Features (B, inputs, …) convolved and normalised, plus others of the result's shape, through the nonlinearity.</summary>
    /// <param name="input">The features.</param>
    /// <param name="added">The others.</param>
    /// <param name="weigh">What is done before they are added; null for nothing.</param>
    public Tensor ApplyToSum(Tensor input, Tensor added, nn.Module<Tensor, Tensor>? weigh = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor normalized = Normalize(input);
        Tensor sum = (weigh?.call(normalized) ?? normalized).PlusInPlace(added);
        return _nonlinearity.Apply(sum, _style.Nonlinearity).MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="Apply"/> does as operations of ONNX.</summary>
    /// <inheritdoc cref="IOnnxPart.WriteOnnx"/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        string convolved = graph.Write(Convolution, input);
        return _style.NonlinearityFirst
            ? graph.Write(Norm, _nonlinearity.WriteOnnx(graph, convolved, _style.Nonlinearity))
            : _nonlinearity.WriteOnnx(graph, graph.Write(Norm, convolved), _style.Nonlinearity);
    }

    /// <summary>What <see cref="Normalize"/> does as operations of ONNX.</summary>
    /// <inheritdoc cref="IOnnxPart.WriteOnnx"/>
    public string WriteNormalized(OnnxGraph graph, string input) => graph.Write(Norm, graph.Write(Convolution, input));

    /// <summary>What <see cref="ApplyToSum"/> does as operations of ONNX.</summary>
    /// <inheritdoc cref="IOnnxPart.WriteOnnx"/>
    /// <param name="graph">Takes them.</param>
    /// <param name="input">The name of the features that come in.</param>
    /// <param name="added">The name of the others.</param>
    /// <param name="weigh">What is done before they are added; null for nothing.</param>
    public string WriteSum(OnnxGraph graph, string input, string added, nn.Module<Tensor, Tensor>? weigh = null)
    {
        string normalized = WriteNormalized(graph, input);
        if (weigh is not null) normalized = graph.Write(weigh, normalized);
        return _nonlinearity.WriteOnnx(graph, graph.Add("Add", [normalized, added]), _style.Nonlinearity);
    }

    private Tensor? TryFused(Tensor convolved, double slope) =>
        _style.CanBeFused && Norm is GroupNormLayer layer ? layer.TryRectified(convolved, slope) : null;

    /// <summary>Norms and nonlinearities compute in float32 whatever the convolution did.</summary>
    private static Tensor Wide(Tensor convolved) => convolved.dtype.IsOf16Bits() ? convolved.to_type(ScalarType.Float32) : convolved;
}
