using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AddATrainer;

/// <summary>What a model's <c>plans.json</c> has to say so that the network can be built again.</summary>
public sealed record TwoLevelArguments(int Channels, int Classes, int Features);

/// <summary>Describes and builds a small network for 3D plans.</summary>
[CatalogName(Name)]
public sealed class TwoLevelNetworkFactory : NetworkFactory
{
    private const string Name = "TwoLevelNetwork";

    /// <inheritdoc/>
    public override NetworkDescription Describe(Plan plan, int stage, int extraInputChannels = 0) =>
        Describe(Name, plan, stage, new TwoLevelArguments(plan.NumModalities + extraInputChannels, ClassesOf(plan), Features: 16));

    /// <inheritdoc/>
    public override SegmentationNetwork Build(NetworkDescription description) => new TwoLevelNetwork(Arguments<TwoLevelArguments>(description));

    /// <inheritdoc/>
    public override int Outputs(ConfigurationPlan stage) => 2;
}

/// <summary>One convolution at full resolution, one at half of it, an output at each.</summary>
public sealed class TwoLevelNetwork : SegmentationNetwork
{
    private readonly TwoLevelArguments _arguments;
    private readonly Conv3d _fine;
    private readonly Conv3d _coarse;
    private readonly Conv3d _output;
    private readonly Conv3d _coarseOutput;

    /// <summary>A network with torch's own initial weights.</summary>
    public TwoLevelNetwork(TwoLevelArguments arguments)
        : base(nameof(TwoLevelNetwork))
    {
        int features = arguments.Features;
        _arguments = arguments;
        _fine = nn.Conv3d(arguments.Channels, features, kernel_size: 3, padding: 1);
        _coarse = nn.Conv3d(features, 2 * features, kernel_size: 3, stride: 2, padding: 1);
        _output = nn.Conv3d(3 * features, arguments.Classes, kernel_size: 1);
        _coarseOutput = nn.Conv3d(2 * features, arguments.Classes, kernel_size: 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Dimensions => 3;

    /// <inheritdoc/>
    public override int InputChannels => _arguments.Channels;

    /// <inheritdoc/>
    public override int Classes => _arguments.Classes;

    /// <inheritdoc/>
    public override ValueArray<int> Divisor => [2, 2, 2];

    /// <inheritdoc/>
    public override ValueArray<ValueArray<int>> OutputStrides => [[1, 1, 1], [2, 2, 2]];

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor near = _fine.call(input).relu(); // (B, F, D, H, W)
        Tensor wide = _coarse.call(near).relu(); // (B, 2 F, D/2, H/2, W/2)
        Tensor larger = nn.functional.interpolate(wide, scale_factor: [2, 2, 2], mode: InterpolationMode.Nearest);
        Tensor logits = _output.call(cat([near, larger], 1)).MoveToOuterDisposeScope(); // (B, K, D, H, W)
        return DeepSupervision ? [logits, _coarseOutput.call(wide).MoveToOuterDisposeScope()] : [logits];
    }

    /// <inheritdoc/>
    public override void Initialize(ulong seed)
    {
        using Generator generator = new(seed);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (Parameter parameter in parameters()) parameter.normal_(0, 0.05, generator);
    }
}
