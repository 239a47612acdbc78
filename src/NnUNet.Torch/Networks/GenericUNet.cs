using NnUNet.Core.Planning;
using NnUNet.Foundation;
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

/// <summary>The U-Net of nnU-Net v1: strided convolutions down, transposed convolutions up.</summary>
/// <remarks>
/// Parameters have the original's names and order. Source: nnunet/network_architecture/generic_UNet.py, Generic_UNet with
/// convolutional pooling and upsampling, as nnUNetTrainerV2.initialize_network makes it.
/// </remarks>
internal sealed class GenericUNet : UNet
{
    public GenericUNet(GenericUNetArguments arguments)
        : this(arguments, new ConvolutionStyle(arguments.Normalization, arguments.Nonlinearity, arguments.NonlinearityFirst))
    {
    }

    private GenericUNet(GenericUNetArguments arguments, ConvolutionStyle style)
        : base(GenericUNetFactory.Name, arguments, style)
    {
        int[] features = arguments.Features;
        int[] ones = NetworkGeometry.Uniform(1, arguments.Dimensions);
        int convolutions = arguments.ConvolutionsPerStage, deepest = features.Length - 1;
        InitialSlope = arguments.InitialSlope;
        Encoder = new nn.Module<Tensor, Tensor>[features.Length];
        for (int level = 0; level <= deepest; level++)
        {
            int inputs = level == 0 ? arguments.InputChannels : features[level - 1];
            ReadOnlySpan<int> kernel = arguments.ConvolutionKernels[level].AsSpan(), stride = arguments.Strides[level].AsSpan();
            Encoder[level] = level < deepest
                ? BlockStack.OfConvolutions(style, inputs, features[level], convolutions, kernel, stride)
                : LastApart(inputs, features[level], kernel, stride);
        }

        // The original takes the kernel of one resolution deeper here (conv_kernel_sizes[-(u + 1)]); it is part of the network.
        Decoder = new SkipDecoder(arguments, level => LastApart(2 * features[level], features[level], arguments.ConvolutionKernels[level + 1].AsSpan(), ones), arguments.OutputBias);
        register_module("conv_blocks_localization", new ModuleChain(Decoder.Blocks));
        register_module("conv_blocks_context", new ModuleChain(Encoder));
        register_module("tu", new ModuleChain(Decoder.Up));
        register_module("seg_outputs", new ModuleChain(Decoder.Outputs));

        // The bottleneck and the decoder hold the last convolution of a resolution in a list of its own.
        ModuleChain LastApart(int inputs, int outputs, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride) => new(
            BlockStack.OfConvolutions(style, inputs, outputs, convolutions - 1, kernel, stride),
            BlockStack.OfConvolutions(style, outputs, outputs, 1, kernel, ones));
    }

    private protected override nn.Module<Tensor, Tensor>[] Encoder { get; }

    private protected override SkipDecoder Decoder { get; }

    private protected override double InitialSlope { get; }
}
