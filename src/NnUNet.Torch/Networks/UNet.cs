using NnUNet.Foundation;
using NnUNet.Torch.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>A U-Net: an encoder of one module a resolution, a decoder with skip connections, an output at each resolution but the coarsest.</summary>
/// <remarks>
/// What a network of its own kind has to say is how its modules are made and, by the order and names of their registration,
/// what they are called in files of weights.
/// </remarks>
internal abstract class UNet : SegmentationNetwork
{
    private readonly IUNetShape _arguments;
    private readonly ConvolutionStyle _style;
    private readonly int[] _features;
    private readonly int _resolutions;

    /// <summary>A network without modules.</summary>
    /// <param name="name">Its name in the catalogue.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="style">What follows its convolutions.</param>
    /// <exception cref="DescribedException">The arguments have faults; all of them are listed.</exception>
    private protected UNet(string name, IUNetShape arguments, ConvolutionStyle style)
        : base(name)
    {
        string[] faults = [.. arguments.Faults()];
        if (faults.Length > 0) throw new DescribedException($"network {name}", string.Join("; ", faults), "correct the plan");

        _arguments = arguments;
        _style = style;
        _features = [.. arguments.Widths];
        _resolutions = arguments.Features.Count;
    }

    public sealed override int Dimensions => _arguments.Dimensions;

    public sealed override int InputChannels => _arguments.InputChannels;

    public sealed override int Classes => _arguments.Classes;

    public sealed override ValueArray<int> Divisor => NetworkGeometry.StridesAfter(_arguments.Strides, _resolutions);

    public sealed override ValueArray<ValueArray<int>> OutputStrides =>
        Enumerable.Range(1, Decoder.Outputs.Length).Select(resolutions => NetworkGeometry.StridesAfter(_arguments.Strides, resolutions)).ToValueArray();

    internal sealed override IReadOnlyList<IReadOnlyList<nn.Module>> Stages =>
        [.. Encoder.Select(static e => (nn.Module[])[e]), .. Decoder.Up.Select((up, u) => (nn.Module[])[up, Decoder.Blocks[u], Decoder.Outputs[u]])];

    /// <summary>The encoder, full resolution first.</summary>
    private protected abstract nn.Module<Tensor, Tensor>[] Encoder { get; }

    /// <summary>The decoder and the outputs.</summary>
    private protected abstract SkipDecoder Decoder { get; }

    /// <summary>Slope for negative values that new weights are drawn for.</summary>
    private protected abstract double InitialSlope { get; }

    public sealed override Tensor[] forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] features = Encode(input);
        Tensor[] logits = Decoder.Run(features, DeepSupervision, StageMark is { } mark ? (deep, u) => mark(deep, features.Length + u) : null);
        foreach (Tensor output in logits) output.MoveToOuterDisposeScope();
        return logits;
    }

    internal sealed override (Tensor Features, nn.Module<Tensor, Tensor> Last)? RunToLast(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return (Decoder.RunToLast(Encode(input)).MoveToOuterDisposeScope(), Decoder.Outputs[^1]);
    }

    /// <inheritdoc/>
    public sealed override string WriteOnnx(OnnxGraph graph, string images)
    {
        string x = EnterOnnx(graph, images);
        string[] features = [.. Encoder.Select(module => x = graph.Write(module, x))];
        return Decoder.WriteOnnx(graph, features);
    }

    public sealed override void Initialize(ulong seed)
    {
        using Generator generator = new(seed);
        apply(module =>
        {
            if (module is ConvolutionLayer convolution) convolution.InitializeHe(InitialSlope, generator);
            else Begin(module);
        });
    }

    /// <summary>Gives a module that is no convolution its first weights: those that it has, unless a network has other ones.</summary>
    private protected virtual void Begin(nn.Module module)
    {
    }

    /// <summary>What comes before the encoder's first resolution: nothing, unless a network has it.</summary>
    private protected virtual Tensor Enter(Tensor images) => images;

    /// <summary>The features (B, F_level, …) of every resolution, full resolution first.</summary>
    private Tensor[] Encode(Tensor images)
    {
        Tensor x = Enter(_style.Arrange(images, _features));
        Tensor[] features = new Tensor[Encoder.Length];
        for (int level = 0; level < features.Length; level++) features[level] = x = Encoder[level].call(StageMark?.Invoke(x, level) ?? x);
        return features;
    }

    /// <summary>The same as operations of ONNX.</summary>
    private protected virtual string EnterOnnx(OnnxGraph graph, string images) => images;
}
