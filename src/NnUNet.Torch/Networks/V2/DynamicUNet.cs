using NnUNet.Interop.V2;
using NnUNet.Torch.Onnx;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks.V2;

/// <summary>The U-Nets of version 2: plain or residual encoder, plain or residual decoder.</summary>
/// <remarks>
/// Parameters have the original's names and order; the keys under which its files hold them once more are <see cref="Aliases"/>.
/// Source: dynamic_network_architectures/architectures/unet.py, with the encoders and decoders of its building blocks.
/// </remarks>
internal sealed class DynamicUNet : UNet
{
    private const double HeSlope = 1e-2;

    private readonly V2NetworkArguments _arguments;
    private readonly nn.Module<Tensor, Tensor>[] _stem;

    public DynamicUNet(V2NetworkArguments arguments)
        : this(
            arguments,
            new ConvolutionStyle(
                new NormalizationSettings { Name = arguments.Affine ? arguments.Norm : InstanceNormalizationAlone.Name, Epsilon = arguments.Epsilon },
                new NonlinearitySettings { Name = arguments.Nonlinearity, NegativeSlope = arguments.NegativeSlope },
                arguments.NonlinearityFirst,
                StackName: "convs",
                NormName: "norm",
                arguments.Bias))
    {
    }

    private DynamicUNet(V2NetworkArguments arguments, ConvolutionStyle style)
        : base(arguments.Name, new DynamicUNetShape(arguments), style)
    {
        _arguments = arguments;
        int[] ones = NetworkGeometry.Uniform(1, arguments.Dimensions);
        _stem = arguments.HasResidualEncoder ? [BlockStack.OfConvolutions(style, arguments.InputChannels, arguments.StemFeatures, 1, arguments.Kernels[0].AsSpan(), ones)] : [];
        Encoder = new nn.Module<Tensor, Tensor>[arguments.Stages];
        for (int level = 0; level < Encoder.Length; level++) Encoder[level] = Stage(style, level);
        Decoder = new SkipDecoder(
            new DynamicUNetShape(arguments),
            level => arguments.HasResidualDecoder
                ? new ResidualStack(style, 2 * arguments.Features[level], arguments.Features[level], arguments.DecoderBlocks[^(level + 1)], arguments.Kernels[level].AsSpan(), ones)
                : BlockStack.OfConvolutions(style, 2 * arguments.Features[level], arguments.Features[level], arguments.DecoderBlocks[^(level + 1)], arguments.Kernels[level].AsSpan(), ones),
            outputBias: true,
            magnifierBias: arguments.Bias);
        register_module("encoder", _stem is [var stem] ? new NamedModules(("stem", stem), ("stages", new ModuleChain(Encoder))) : new NamedModules(("stages", new ModuleChain(Encoder))));
        register_module("decoder", new NamedModules(
            ("stages", new ModuleChain(Decoder.Blocks)),
            ("transpconvs", new ModuleChain(Decoder.Up)),
            ("seg_layers", new ModuleChain(Decoder.Outputs))));
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Aliases =>
        V2Layout.Of(_arguments).Keys.Where(static k => k.Key != k.Value).ToDictionary(static k => k.Key, static k => k.Value, StringComparer.Ordinal);

    private protected override nn.Module<Tensor, Tensor>[] Encoder { get; }

    private protected override SkipDecoder Decoder { get; }

    private protected override double InitialSlope => HeSlope;

    private protected override Tensor Enter(Tensor images) => _stem is [var stem] ? stem.call(images) : images; // (B, F_stem, …)

    private protected override string EnterOnnx(OnnxGraph graph, string images) => _stem is [var stem] ? graph.Write(stem, images) : images;

    private protected override void Begin(nn.Module module)
    {
        if (module is BlockWithSkip block) block.BeginWithSkipAlone();
    }

    private nn.Module<Tensor, Tensor> Stage(ConvolutionStyle style, int level)
    {
        V2NetworkArguments a = _arguments;
        int[] ones = NetworkGeometry.Uniform(1, a.Dimensions);
        int inputs = level > 0 ? a.Features[level - 1] : a.HasResidualEncoder ? a.StemFeatures : a.InputChannels;
        ReadOnlySpan<int> kernel = a.Kernels[level].AsSpan(), stride = a.Pool == "conv" ? a.Strides[level].AsSpan() : ones;
        bool pools = a.Pool != "conv" && a.Strides[level].Any(static s => s != 1);
        nn.Module<Tensor, Tensor>[] pool = a.Pool != "conv" && (pools || a.HasResidualEncoder) ? [new PoolLayer(a.Pool == "max", a.Strides[level].AsSpan())] : [];
        if (!a.HasResidualEncoder) return new ModuleChain([.. pool, BlockStack.OfConvolutions(style, inputs, a.Features[level], a.Blocks[level], kernel, stride)]);

        ResidualStack blocks = new(
            style, inputs, a.Features[level], a.Blocks[level], kernel, stride, a.BottleneckFeatures?[level], a.SqueezeExcitation ? a.SqueezedFeatures(a.Features[level]) : null);
        return pool is [] ? blocks : new ModuleChain([.. pool, blocks]);
    }
}
