using System.Globalization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>Builds <c>Generic_UNet</c>, the network of nnU-Net v1, in 2D and 3D.</summary>
[CatalogName(Name)]
public sealed class GenericUNetFactory : NetworkFactory
{
    /// <summary>The network's name in the catalogue.</summary>
    public const string Name = "Generic_UNet";

    /// <inheritdoc/>
    public override NetworkDescription Describe(Plan plan, int stage, int extraInputChannels = 0) =>
        Describe(Name, plan, stage, GenericUNetArguments.FromPlan(plan, StageOf(plan, stage), extraInputChannels)) with { PreviousStage = extraInputChannels > 0 };

    /// <inheritdoc/>
    public override SegmentationNetwork Build(NetworkDescription description) => new GenericUNet(GenericUNetArguments.Of(description));
}

/// <summary>
/// The U-Net of nnU-Net v1: strided convolutions down, transposed convolutions up, a skip connection and an output at each
/// resolution but the coarsest.
/// </summary>
/// <remarks>
/// Parameters have the original's names and order. Source: nnunet/network_architecture/generic_UNet.py, Generic_UNet with
/// convolutional pooling and upsampling, as nnUNetTrainerV2.initialize_network makes it. The decoder is built from what the
/// encoder recorded, so that the two cannot disagree.
/// </remarks>
internal sealed class GenericUNet : SegmentationNetwork
{
    private readonly nn.Module<Tensor, Tensor>[] _encoder;
    private readonly nn.Module<Tensor, Tensor>[] _outputs;
    private readonly SkipDecoder _path;
    private readonly GenericUNetArguments _arguments;
    private readonly ConvolutionStyle _style;
    private readonly int[] _features;

    public GenericUNet(GenericUNetArguments arguments)
        : base(GenericUNetFactory.Name)
    {
        string[] faults = [.. arguments.Faults()];
        if (faults.Length > 0)
        {
            throw new DescribedException($"network {GenericUNetFactory.Name}", string.Join("; ", faults), "correct the plan");
        }

        _arguments = arguments;
        int poolings = arguments.PoolKernels.Count;
        int[] features = _features = NetworkGeometry.Features(arguments.BaseFeatures, arguments.MaxFeatures, poolings + 1);
        int[] ones = [.. Enumerable.Repeat(1, arguments.Dimensions)];
        int convolutions = arguments.ConvolutionsPerStage;
        ConvolutionStyle style = _style = new(arguments.Normalization, arguments.Nonlinearity, arguments.NonlinearityFirst);

        _encoder = new nn.Module<Tensor, Tensor>[poolings + 1];
        for (int d = 0; d <= poolings; d++)
        {
            int inputs = d == 0 ? arguments.InputChannels : features[d - 1];
            ReadOnlySpan<int> stride = d == 0 ? ones : arguments.PoolKernels[d - 1].AsSpan();
            ReadOnlySpan<int> kernel = arguments.ConvolutionKernels[d].AsSpan();
            _encoder[d] = d < poolings
                ? new StackedConvolutions(style, inputs, features[d], convolutions, kernel, stride)
                : new ModuleChain(
                    new StackedConvolutions(style, inputs, features[d], convolutions - 1, kernel, stride),
                    new StackedConvolutions(style, features[d], features[d], 1, kernel, ones));
        }

        nn.Module<Tensor, Tensor>[] decoder = new nn.Module<Tensor, Tensor>[poolings], up = new nn.Module<Tensor, Tensor>[poolings];
        _outputs = new nn.Module<Tensor, Tensor>[poolings];
        for (int u = 0; u < poolings; u++)
        {
            int level = poolings - 1 - u;
            ReadOnlySpan<int> pool = arguments.PoolKernels[level].AsSpan();

            // The original takes the kernel of one resolution deeper here (conv_kernel_sizes[-(u + 1)]); it is part of the network.
            ReadOnlySpan<int> kernel = arguments.ConvolutionKernels[poolings - u].AsSpan();
            up[u] = new ConvolutionLayer(features[level + 1], features[level], pool, pool, bias: false, transposed: true) { StaysInComputeType = true };
            decoder[u] = new ModuleChain(
                new StackedConvolutions(style, 2 * features[level], features[level], convolutions - 1, kernel, ones),
                new StackedConvolutions(style, features[level], features[level], 1, kernel, ones));
            _outputs[u] = new ConvolutionLayer(features[level], arguments.Classes, ones, ones, arguments.OutputBias);
        }

        _path = new SkipDecoder(up, decoder, _outputs);
        register_module("conv_blocks_localization", new ModuleChain(decoder));
        register_module("conv_blocks_context", new ModuleChain(_encoder));
        register_module("tu", new ModuleChain(up));
        register_module("seg_outputs", new ModuleChain(_outputs));
    }

    public override int Dimensions => _arguments.Dimensions;

    public override int InputChannels => _arguments.InputChannels;

    public override int Classes => _arguments.Classes;

    public override ValueArray<int> Divisor => NetworkGeometry.StridesAfter(_arguments.PoolKernels, _arguments.PoolKernels.Count);

    public override ValueArray<ValueArray<int>> OutputStrides =>
        Enumerable.Range(0, _outputs.Length).Select(poolings => NetworkGeometry.StridesAfter(_arguments.PoolKernels, poolings)).ToValueArray();

    public override Tensor[] forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] skips = new Tensor[_encoder.Length - 1];
        Tensor x = _style.Arrange(input, _features);
        for (int d = 0; d < skips.Length; d++) skips[d] = x = _encoder[d].call(x); // (B, F_d, …)

        Tensor[] logits = _path.Run(_encoder[^1].call(x), skips, DeepSupervision);
        foreach (Tensor output in logits) output.MoveToOuterDisposeScope();
        return logits;
    }

    public override void Initialize(ulong seed)
    {
        using Generator generator = new(seed);
        apply(module =>
        {
            if (module is ConvolutionLayer convolution) convolution.InitializeHe(_arguments.InitialSlope, generator);
        });
    }
}

/// <summary>Modules one after the other, with their numbers as names.</summary>
internal sealed class ModuleChain : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _modules;

    public ModuleChain(params nn.Module<Tensor, Tensor>[] modules)
        : base(nameof(ModuleChain))
    {
        _modules = modules;
        for (int i = 0; i < modules.Length; i++) register_module(i.ToString(CultureInfo.InvariantCulture), modules[i]);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = _modules[0].call(input);
        for (int i = 1; i < _modules.Length; i++)
        {
            using Tensor before = x;
            x = _modules[i].call(before);
        }

        return x;
    }
}
