using NnUNet.Core.Planning;
using NnUNet.Foundation;
using TorchSharp;
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

/// <summary>A U-Net whose encoder is made of residual blocks and whose decoder is plain, with an output at each resolution but the coarsest.</summary>
/// <remarks>
/// Parameters have the original's names and order; the copies that its state dicts hold of the decoder's are
/// <see cref="Aliases"/>. Source: nnunet/network_architecture/generic_modular_residual_UNet.py, FabiansUNet, with
/// PlainConvUNetDecoder of generic_modular_UNet.py, as nnUNetTrainerV2_ResencUNet makes it.
/// </remarks>
internal sealed class ResidualEncoderUNet : SegmentationNetwork
{
    private const double HeSlope = 1e-2;

    private readonly ResidualEncoderUNetArguments _arguments;
    private readonly nn.Module<Tensor, Tensor>[] _initial;
    private readonly nn.Module<Tensor, Tensor>[] _encoder;
    private readonly nn.Module<Tensor, Tensor>[] _outputs;
    private readonly SkipDecoder _path;
    private readonly ConvolutionStyle _style;
    private readonly ConvolutionFollower _initialFollower;
    private readonly int[] _features;

    public ResidualEncoderUNet(ResidualEncoderUNetArguments arguments)
        : base(ResidualEncoderUNetFactory.Name)
    {
        string[] faults = [.. arguments.Faults()];
        if (faults.Length > 0)
        {
            throw new DescribedException($"network {ResidualEncoderUNetFactory.Name}", string.Join("; ", faults), "correct the plan");
        }

        _arguments = arguments;
        int dimensions = arguments.Dimensions;
        int[] ones = [.. Enumerable.Repeat(1, dimensions)];
        int[] threes = [.. Enumerable.Repeat(3, dimensions)];
        ConvolutionStyle style = _style = new(arguments.Normalization, arguments.Nonlinearity, StackName: "convs", NormName: "norm");
        int[] features = _features = NetworkGeometry.Features(arguments.BaseFeatures, arguments.MaxFeatures, arguments.PoolKernels.Count);

        // Whatever the kernel at full resolution is, the first one has three voxels along every axis.
        _initial = [new ConvolutionLayer(arguments.InputChannels, features[0], threes, ones, bias: true) { StaysInComputeType = true }, style.CreateNorm(features[0], dimensions)];
        _initialFollower = new ConvolutionFollower(style, _initial[1]);
        _encoder = new nn.Module<Tensor, Tensor>[features.Length];
        for (int level = 0; level < features.Length; level++)
        {
            _encoder[level] = new ResidualBlocks(
                style, features[Math.Max(0, level - 1)], features[level], arguments.EncoderBlocks[level], arguments.ConvolutionKernels[level].AsSpan(), arguments.PoolKernels[level].AsSpan());
        }

        int stages = features.Length - 1;
        nn.Module<Tensor, Tensor>[] up = new nn.Module<Tensor, Tensor>[stages], decoder = new nn.Module<Tensor, Tensor>[stages];
        _outputs = new nn.Module<Tensor, Tensor>[stages];
        for (int u = 0; u < stages; u++)
        {
            int level = stages - 1 - u;
            ReadOnlySpan<int> pool = arguments.PoolKernels[level + 1].AsSpan();
            up[u] = new ConvolutionLayer(features[level + 1], features[level], pool, pool, bias: false, transposed: true) { StaysInComputeType = true };
            decoder[u] = new StackedConvolutions(style, 2 * features[level], features[level], arguments.DecoderBlocks[u], arguments.ConvolutionKernels[level].AsSpan(), ones);
            _outputs[u] = new ConvolutionLayer(features[level], arguments.Classes, ones, ones, bias: false);
        }

        _path = new SkipDecoder(up, decoder, _outputs);
        register_module("encoder", new NamedModules(("initial_conv", _initial[0]), ("initial_norm", _initial[1]), ("stages", new ModuleChain(_encoder))));
        register_module("decoder", new NamedModules(
            ("segmentation_output", _outputs[^1]),
            ("tus", new ModuleChain(up)),
            ("stages", new ModuleChain(decoder)),
            ("deep_supervision_outputs", new ModuleChain(_outputs[..^1]))));
    }

    public override int Dimensions => _arguments.Dimensions;

    public override int InputChannels => _arguments.InputChannels;

    public override int Classes => _arguments.Classes;

    public override ValueArray<int> Divisor => NetworkGeometry.StridesAfter(_arguments.PoolKernels, _arguments.PoolKernels.Count);

    public override ValueArray<ValueArray<int>> OutputStrides =>
        Enumerable.Range(1, _outputs.Length).Select(level => NetworkGeometry.StridesAfter(_arguments.PoolKernels, level)).ToValueArray();

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

    public override Tensor[] forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = _initialFollower.Apply(_initial[0].call(_style.Arrange(input, _features))); // (B, F_0, …)
        Tensor[] skips = new Tensor[_encoder.Length];
        for (int level = 0; level < skips.Length; level++) skips[level] = x = _encoder[level].call(x); // (B, F_level, …)

        Tensor[] logits = _path.Run(x, skips.AsSpan(0, skips.Length - 1), DeepSupervision);
        foreach (Tensor output in logits) output.MoveToOuterDisposeScope();
        return logits;
    }

    public override void Initialize(ulong seed)
    {
        using Generator generator = new(seed);
        apply(module =>
        {
            if (module is ConvolutionLayer convolution) convolution.InitializeHe(HeSlope, generator);
        });
    }

    /// <summary>Modules under names; it is not called itself.</summary>
    private sealed class NamedModules : nn.Module
    {
        public NamedModules(params ReadOnlySpan<(string Name, nn.Module Module)> modules)
            : base(nameof(NamedModules))
        {
            foreach ((string name, nn.Module module) in modules) register_module(name, module);
        }
    }
}
