using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>The arguments of one of version 2's U-Nets, with one entry a stage and an axis; stages from full resolution down, axes in array order.</summary>
/// <remarks>
/// Read from <c>arch_kwargs</c> under the original's names, beside <c>input_channels</c> and <c>num_classes</c>. What only training needs
/// (dropout, stochastic depth) is left aside. Source: dynamic_network_architectures/architectures/unet.py and its building blocks.
/// </remarks>
internal sealed record V2NetworkArguments
{
    /// <summary>Plain convolutions down and up.</summary>
    public const string Plain = "PlainConvUNet";

    /// <summary>Residual blocks down, plain convolutions up.</summary>
    public const string ResidualEncoder = "ResidualEncoderUNet";

    /// <summary>Residual blocks down and up.</summary>
    public const string Residual = "ResidualUNet";

    /// <summary>The key of the image's channels.</summary>
    public const string InputChannelsKey = "input_channels";

    /// <summary>The key of the outputs.</summary>
    public const string ClassesKey = "num_classes";

    private const int MostStages = 32, MostFeatures = 1 << 16, MostBlocks = 512, MostVoxels = 63, SqueezeDivisor = 8;

    private static readonly string[] Common =
    [
        InputChannelsKey, ClassesKey, "n_stages", "features_per_stage", "conv_op", "kernel_sizes", "strides", "n_conv_per_stage_decoder", "conv_bias",
        "norm_op", "norm_op_kwargs", "dropout_op", "dropout_op_kwargs", "nonlin", "nonlin_kwargs", "deep_supervision", "nonlin_first",
    ];

    private static readonly string[] OfPlain = ["n_conv_per_stage", "pool"];

    private static readonly string[] OfResidual =
    [
        "n_blocks_per_stage", "block", "bottleneck_channels", "stem_channels", "pool_type", "pool", "stochastic_depth_p", "squeeze_excitation", "squeeze_excitation_reduction_ratio",
    ];

    private static readonly Dictionary<string, string> Nonlinearities = new(StringComparer.Ordinal)
    {
        ["LeakyReLU"] = "LeakyReLU",
        ["ReLU"] = "ReLU",
        ["GELU"] = "GeLU",
        ["Mish"] = "Mish",
        ["Identity"] = "Identity",
    };

    private static readonly Dictionary<string, string> Norms = new(StringComparer.Ordinal)
    {
        ["InstanceNorm2d"] = InstanceNorm,
        ["InstanceNorm3d"] = InstanceNorm,
        ["BatchNorm2d"] = BatchNorm,
        ["BatchNorm3d"] = BatchNorm,
        ["SyncBatchNorm"] = BatchNorm,
        ["Identity"] = NoNorm,
    };

    /// <summary>Instance norm, as the catalogue of normalisations calls it.</summary>
    public const string InstanceNorm = "InstanceNorm";

    /// <summary>Batch norm, as the catalogue of normalisations calls it.</summary>
    public const string BatchNorm = "BatchNorm";

    /// <summary>No norm, as the catalogue of normalisations calls it.</summary>
    public const string NoNorm = "Identity";

    private V2NetworkArguments()
    {
    }

    /// <summary>The networks' names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Plain, ResidualEncoder, Residual];

    /// <summary>The network's name.</summary>
    public required string Name { get; init; }

    /// <summary>Channels of the image.</summary>
    public required int InputChannels { get; init; }

    /// <summary>Outputs.</summary>
    public required int Classes { get; init; }

    /// <summary>Axes of the image: 2 or 3.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Feature maps of each stage.</summary>
    public required ValueArray<int> Features { get; init; }

    /// <summary>Kernel of each stage, odd numbers of voxels.</summary>
    public required ValueArray<ValueArray<int>> Kernels { get; init; }

    /// <summary>Step into each stage; ones for full resolution.</summary>
    public required ValueArray<ValueArray<int>> Strides { get; init; }

    /// <summary>Convolutions or residual blocks of each stage of the encoder.</summary>
    public required ValueArray<int> Blocks { get; init; }

    /// <summary>Convolutions or residual blocks of each stage of the decoder, the coarsest first.</summary>
    public required ValueArray<int> DecoderBlocks { get; init; }

    /// <summary>Whether convolutions have a bias, those that magnify too.</summary>
    public required bool Bias { get; init; }

    /// <summary>The norm's name in the catalogue of normalisations.</summary>
    public required string Norm { get; init; }

    /// <summary>Whether the norm has a scale and a shift.</summary>
    public required bool Affine { get; init; }

    /// <summary>What the norm adds to the variance.</summary>
    public required double Epsilon { get; init; }

    /// <summary>The nonlinearity's name in the catalogue of nonlinearities.</summary>
    public required string Nonlinearity { get; init; }

    /// <summary>Its slope for negative values.</summary>
    public required double NegativeSlope { get; init; }

    /// <summary>Whether the nonlinearity comes before the norm.</summary>
    public required bool NonlinearityFirst { get; init; }

    /// <summary>Whether there are layers of dropout, which do nothing but count in names.</summary>
    public required bool Dropout { get; init; }

    /// <summary>How stages become coarser: conv, max or avg.</summary>
    public required string Pool { get; init; }

    /// <summary>Feature maps within the residual blocks of each stage; null for blocks that have no bottleneck.</summary>
    public required ValueArray<int>? BottleneckFeatures { get; init; }

    /// <summary>Feature maps of the first convolution of a residual encoder; 0 for the plain one.</summary>
    public required int StemFeatures { get; init; }

    /// <summary>Whether the encoder's residual blocks weigh their features.</summary>
    public required bool SqueezeExcitation { get; init; }

    /// <summary>Share of a block's features to which they are squeezed.</summary>
    public required double SqueezeRatio { get; init; }

    /// <summary>Whether the encoder is made of residual blocks.</summary>
    public bool HasResidualEncoder => Name != Plain;

    /// <summary>Whether the decoder is made of residual blocks.</summary>
    public bool HasResidualDecoder => Name == Residual;

    /// <summary>Number of stages.</summary>
    public int Stages => Features.Count;

    /// <summary>Every number of feature maps that a norm sees.</summary>
    public IEnumerable<int> Widths => [.. Features, .. BottleneckFeatures ?? [], .. HasResidualEncoder ? [StemFeatures] : (int[])[]];

    /// <summary>The arguments in a network's description.</summary>
    /// <exception cref="DescribedException">They are not those of such a network; all faults are told.</exception>
    public static V2NetworkArguments Of(NetworkDescription network) => Parse($"network {network.Name}: arguments", network.Name, ProductJson.ToNode(network.Arguments) as JsonObject ?? []);

    /// <summary>Reads arguments.</summary>
    /// <param name="where">Where they stand, for messages.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="json">They, under the original's names.</param>
    /// <exception cref="DescribedException">A value is missing, impossible or not supported; all faults are told.</exception>
    public static V2NetworkArguments Parse(string where, string name, JsonObject json)
    {
        ArgumentReader read = new(json);
        bool residual = name != Plain;
        string blocksKey = residual ? "n_blocks_per_stage" : "n_conv_per_stage";
        read.CheckKeys([.. Common, .. residual ? OfResidual : OfPlain]);
        int dimensions = Dimensionality(read);
        int stages = read.Integer("n_stages", 2, MostStages);
        ValueArray<int> features = read.PerStage("features_per_stage", stages, 1, MostFeatures);
        V2NetworkArguments arguments = new()
        {
            Name = name,
            InputChannels = read.Integer(InputChannelsKey, 1, MostFeatures),
            Classes = read.Integer(ClassesKey, 1, MostFeatures),
            Dimensions = dimensions,
            Features = features,
            Kernels = read.PerStageAndAxis("kernel_sizes", stages, dimensions, 1, MostVoxels),
            Strides = read.PerStageAndAxis("strides", stages, dimensions, 1, 16),
            Blocks = read.PerStage(blocksKey, stages, 1, MostBlocks),
            DecoderBlocks = read.PerStage("n_conv_per_stage_decoder", stages - 1, 1, MostBlocks),
            Bias = read.Flag("conv_bias", false),
            Norm = Normalization(read, dimensions, out bool affine, out double epsilon),
            Affine = affine,
            Epsilon = epsilon,
            Nonlinearity = Rectifier(read, out double slope),
            NegativeSlope = slope,
            NonlinearityFirst = read.Flag("nonlin_first", false) && read.Has("nonlin") && read.Has("norm_op"),
            Dropout = read.ClassName("dropout_op") is not null,
            Pool = read.Text("pool_type") ?? read.Text("pool") ?? "conv",
            BottleneckFeatures = Bottleneck(read, stages),
            StemFeatures = !residual ? 0 : read.Has("stem_channels") ? read.Integer("stem_channels", 1, MostFeatures) : features.Count > 0 ? features[0] : 0,
            SqueezeExcitation = read.Flag("squeeze_excitation", false),
            SqueezeRatio = read.Number("squeeze_excitation_reduction_ratio", 1.0 / 16),
        };
        if (read.Faults.Count == 0) read.Faults.AddRange(arguments.OwnFaults());
        return read.Faults.Count == 0
            ? arguments
            : throw new DescribedException(where, string.Join("; ", read.Faults), $"check the plans; a network that needs this is not built by this version, which knows {string.Join(", ", Names)}");
    }

    /// <summary>Features to which a residual block's are squeezed before they are weighed.</summary>
    /// <param name="features">Those of the block.</param>
    /// <remarks>Source: building_blocks/regularization.py, make_divisible without a limit for rounding down.</remarks>
    public int SqueezedFeatures(int features) => Math.Max(SqueezeDivisor, (int)((features * SqueezeRatio) + (SqueezeDivisor / 2)) / SqueezeDivisor * SqueezeDivisor);

    /// <summary>A class's name without its modules.</summary>
    public static string LastComponent(string name) => name[(name.LastIndexOf('.') + 1)..];

    private IEnumerable<string> OwnFaults()
    {
        if (Strides[0].Any(static s => s != 1)) yield return $"strides begins with {Strides[0]}, but logits of the image's size need ones there";
        foreach (ValueArray<int> kernel in Kernels)
        {
            if (kernel.Any(static k => k % 2 == 0)) yield return $"the kernel {kernel} has an even number of voxels, which does not keep an image's size";
        }

        if (Pool is not ("conv" or "max" or "avg")) yield return $"pool is \"{Pool}\", but known are conv, max and avg";
        if (HasResidualEncoder && NonlinearityFirst) yield return $"nonlin_first is true, which only {Plain} knows";
        if (SqueezeExcitation && SqueezeRatio is not (> 0 and <= 16)) yield return $"squeeze_excitation_reduction_ratio is {SqueezeRatio}, but must be greater than 0 and at most 16";
    }

    private static int Dimensionality(ArgumentReader read)
    {
        string? name = read.ClassName("conv_op");
        if (name is "Conv2d" or "Conv3d") return name == "Conv2d" ? 2 : 3;
        read.Faults.Add($"conv_op is {name ?? "missing"}, but must be Conv2d or Conv3d");
        return 0;
    }

    private static string Normalization(ArgumentReader read, int dimensions, out bool affine, out double epsilon)
    {
        (affine, epsilon) = (true, 1e-5);
        string? name = read.ClassName("norm_op");
        if (name is null) return NoNorm;
        ArgumentReader keywords = read.Within("norm_op_kwargs");
        keywords.CheckKeys(["eps", "affine", "momentum", "track_running_stats"]);
        string known = Norms.GetValueOrDefault(name, "");
        if (known.Length == 0) read.Faults.Add($"norm_op is {name}, but known are {string.Join(", ", Norms.Keys)}, and null for none");
        else if (name[^1] == 'd' && name[^2] - '0' != dimensions && dimensions > 0) read.Faults.Add($"norm_op is {name}, but conv_op has {dimensions} axes");

        // torch's instance norm has no scale and shift unless it is asked for them, batch norm has.
        affine = keywords.Flag("affine", known == BatchNorm);
        epsilon = keywords.Number("eps", epsilon);
        if (known == BatchNorm && !affine) read.Faults.Add("norm_op_kwargs.affine is false, which is not supported for batch norm");
        if (keywords.Flag("track_running_stats", known == BatchNorm) != (known == BatchNorm)) read.Faults.Add($"norm_op_kwargs.track_running_stats is {(known == BatchNorm ? "false" : "true")}, which is not supported for {name}");
        if (!(epsilon > 0)) read.Faults.Add($"norm_op_kwargs.eps is {epsilon}, but must be greater than 0");
        return known;
    }

    private static string Rectifier(ArgumentReader read, out double slope)
    {
        slope = 1e-2;
        string? name = read.ClassName("nonlin");
        if (name is null) return "Identity";
        ArgumentReader keywords = read.Within("nonlin_kwargs");
        keywords.CheckKeys(["inplace", "negative_slope", "approximate"]);
        if (!Nonlinearities.TryGetValue(name, out string? known)) read.Faults.Add($"nonlin is {name}, but known are {string.Join(", ", Nonlinearities.Keys)}, and null for none");
        if (keywords.Text("approximate") is { } approximation and not "none") read.Faults.Add($"nonlin_kwargs.approximate is {approximation}, which is not supported");
        slope = keywords.Number("negative_slope", slope);
        return known ?? "";
    }

    private static ValueArray<int>? Bottleneck(ArgumentReader read, int stages)
    {
        string block = read.ClassName("block") ?? "BasicBlockD";
        if (block == "BottleneckD") return read.PerStage("bottleneck_channels", stages, 1, MostFeatures);
        if (block != "BasicBlockD") read.Faults.Add($"block is {block}, but known are BasicBlockD and BottleneckD");
        return null;
    }
}
