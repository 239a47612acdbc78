using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Onnx;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>Builds <c>FabiansUNet</c>, the U-Net of nnU-Net v1 with a residual encoder, in 2D and 3D.</summary>
[CatalogName(Name)]
public sealed class ResidualEncoderUNetFactory : NetworkFactory
{
    /// <summary>The network's name in the catalogue.</summary>
    public const string Name = "FabiansUNet";

    /// <inheritdoc/>
    public override NetworkDescription Describe(Plan plan, int stage, int extraInputChannels = 0)
    {
        StageOf(plan, stage);
        return Describe(Name, plan, stage, ResidualEncoderUNetArguments.FromPlan(plan, stage, extraInputChannels)) with { PreviousStage = extraInputChannels > 0 };
    }

    /// <inheritdoc/>
    public override SegmentationNetwork Build(NetworkDescription description) =>
        new ResidualEncoderUNet(Arguments<ResidualEncoderUNetArguments>(description));
}

/// <summary>A U-Net whose encoder is made of residual blocks and whose decoder is plain.</summary>
/// <remarks>
/// Parameters have the original's names and order; the copies that its state dicts hold of the decoder's are
/// <see cref="Aliases"/>. Source: nnunet/network_architecture/generic_modular_residual_UNet.py, FabiansUNet, with
/// PlainConvUNetDecoder of generic_modular_UNet.py, as nnUNetTrainerV2_ResencUNet makes it.
/// </remarks>
internal sealed class ResidualEncoderUNet : UNet
{
    private const double HeSlope = 1e-2;

    private readonly NormalizedConvolution _initial;

    public ResidualEncoderUNet(ResidualEncoderUNetArguments arguments)
        : this(arguments, new ConvolutionStyle(arguments.Normalization, arguments.Nonlinearity, StackName: "convs", NormName: "norm"))
    {
    }

    private ResidualEncoderUNet(ResidualEncoderUNetArguments arguments, ConvolutionStyle style)
        : base(ResidualEncoderUNetFactory.Name, arguments, style)
    {
        int[] features = arguments.Features;
        int[] ones = NetworkGeometry.Uniform(1, arguments.Dimensions);

        // Whatever the kernel at full resolution is, the first one has three voxels along every axis.
        _initial = new NormalizedConvolution(style, arguments.InputChannels, features[0], NetworkGeometry.Uniform(3, arguments.Dimensions), ones);
        Encoder = new nn.Module<Tensor, Tensor>[features.Length];
        for (int level = 0; level < features.Length; level++)
        {
            Encoder[level] = BlockStack.OfResidualBlocks(
                style, features[Math.Max(0, level - 1)], features[level], arguments.EncoderBlocks[level], arguments.ConvolutionKernels[level].AsSpan(), arguments.Strides[level].AsSpan());
        }

        Decoder = new SkipDecoder(
            arguments,
            level => BlockStack.OfConvolutions(style, 2 * features[level], features[level], arguments.DecoderBlocks[^(level + 1)], arguments.ConvolutionKernels[level].AsSpan(), ones),
            outputBias: false);
        register_module("encoder", new NamedModules(("initial_conv", _initial.Convolution), ("initial_norm", _initial.Norm), ("stages", new ModuleChain(Encoder))));
        register_module("decoder", new NamedModules(
            ("segmentation_output", Decoder.Outputs[^1]),
            ("tus", new ModuleChain(Decoder.Up)),
            ("stages", new ModuleChain(Decoder.Blocks)),
            ("deep_supervision_outputs", new ModuleChain(Decoder.Outputs[..^1]))));
    }

    /// <summary>Each block of the decoder holds its layers once by name and once in a list.</summary>
    public override IReadOnlyDictionary<string, string> Aliases
    {
        get
        {
            Dictionary<string, string> aliases = new(StringComparer.Ordinal);
            foreach ((string name, _) in NetworkWeights.Of(this).Where(static w => w.Name.StartsWith("decoder.stages.", StringComparison.Ordinal)))
            {
                aliases[name.Replace(".conv.", ".all.0.", StringComparison.Ordinal).Replace(".norm.", ".all.2.", StringComparison.Ordinal)] = name;
            }

            return aliases;
        }
    }

    private protected override nn.Module<Tensor, Tensor>[] Encoder { get; }

    private protected override SkipDecoder Decoder { get; }

    private protected override double InitialSlope => HeSlope;

    private protected override Tensor Enter(Tensor images) => _initial.Apply(images); // (B, F_0, …)

    private protected override string EnterOnnx(OnnxGraph graph, string images) => _initial.WriteOnnx(graph, images);
}
