using NnUNet.Torch.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks.V2;

/// <summary>
/// Two convolutions, or three with fewer features between, to whose result the input is added: averaged where the block strides,
/// and through a convolution where it has other features.
/// </summary>
/// <remarks>Source: building_blocks/residual.py, BasicBlockD and BottleneckD without dropout and stochastic depth.</remarks>
internal sealed class BlockWithSkip : nn.Module<Tensor, Tensor>, IOnnxPart
{
    private readonly NormalizedConvolution[] _first;
    private readonly NormalizedConvolution _last;
    private readonly NormalizedConvolution? _around;

    // In arrays, since TorchSharp registers module fields by itself, under the field's name.
    private readonly nn.Module<Tensor, Tensor>[] _squeeze;
    private readonly nn.Module<Tensor, Tensor>[] _pool;

    /// <summary>A block of zeros.</summary>
    /// <param name="style">What follows the convolutions.</param>
    /// <param name="inputs">Feature maps that come in.</param>
    /// <param name="outputs">Feature maps that go out.</param>
    /// <param name="kernel">Voxels of the kernel, array order.</param>
    /// <param name="stride">Step per axis.</param>
    /// <param name="bottleneck">Feature maps between the three convolutions; null for two.</param>
    /// <param name="squeezed">Numbers to which the result's features are squeezed to weigh them; null where they are not weighed.</param>
    public BlockWithSkip(ConvolutionStyle style, int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride, int? bottleneck = null, int? squeezed = null)
        : base(nameof(BlockWithSkip))
    {
        int[] ones = NetworkGeometry.Uniform(1, kernel.Length);
        _first = bottleneck is { } inner
            ? [new(style, inputs, inner, ones, ones, style.Bias), new(style, inner, inner, kernel, stride, style.Bias)]
            : [new(style, inputs, outputs, kernel, stride, style.Bias)];
        _last = bottleneck is { } few ? new(style, few, outputs, ones, ones, style.Bias) : new(style, outputs, outputs, kernel, ones, style.Bias);
        _squeeze = squeezed is { } numbers ? [new SqueezeLayer(outputs, numbers, kernel.Length)] : [];
        bool strides = stride.ContainsAnyExcept(1);
        _pool = strides ? [new PoolLayer(largest: false, stride)] : [];
        _around = inputs != outputs ? new NormalizedConvolution(style, inputs, outputs, ones, ones, bias: false) : null;

        for (int i = 0; i < _first.Length; i++) register_module($"conv{i + 1}", Named(_first[i]));
        register_module($"conv{_first.Length + 1}", Named(_last));
        if (_squeeze is [var squeeze]) register_module("squeeze_excitation", squeeze);
        if (_around is not null) register_module("skip", new NamedModules((strides ? "1" : "0", Named(_around))));
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor middle = input;
        foreach (NormalizedConvolution convolution in _first) middle = convolution.Apply(middle);
        Tensor around = _pool is [var pool] ? pool.call(input) : input;
        around = _around?.Normalize(around) ?? around;
        return _last.ApplyToSum(middle, around, _squeeze is [var squeeze] ? squeeze : null).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string middle = _first.Aggregate(input, (value, convolution) => convolution.WriteOnnx(graph, value));
        string around = _pool is [var pool] ? graph.Write(pool, input) : input;
        around = _around?.WriteNormalized(graph, around) ?? around;
        return _last.WriteSum(graph, middle, around, _squeeze is [var squeeze] ? squeeze : null);
    }

    /// <summary>Gives the last norm a scale of zero, so that a new block begins as its way around the convolutions.</summary>
    /// <remarks>Source: initialization/weight_init.py, init_last_bn_before_add_to_0.</remarks>
    public void BeginWithSkipAlone()
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (TorchSharp.Modules.Parameter parameter in _last.Norm.parameters()) parameter.zero_();
    }

    private static NamedModules Named(NormalizedConvolution convolution) => new(("conv", convolution.Convolution), ("norm", convolution.Norm));
}
