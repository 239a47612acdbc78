using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Core.Preprocessing.Steps.V2;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>A configuration of version 2's plans with all that it inherits.</summary>
/// <remarks>Axes are transposed, array order. Source: nnunetv2/utilities/plans_handling/plans_handler.py, ConfigurationManager.</remarks>
internal sealed record V2Configuration : ICheckedRecord
{
    private const int MostStages = 32, MostFeatures = 1 << 16;

    /// <summary>Where it stands, for messages.</summary>
    [JsonIgnore]
    public string Where { get; init; } = "";

    /// <summary>Its name.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    /// <summary>All its keys, in which the network is described.</summary>
    [JsonIgnore]
    public JsonObject Json { get; init; } = [];

    /// <summary>The tile in voxels: 3 values, for networks of slices 2.</summary>
    [JsonPropertyName("patch_size")]
    public required ValueArray<int> PatchSize { get; init; }

    /// <summary>The spacing in millimetres: 3 values, for networks of slices 2.</summary>
    [JsonPropertyName("spacing")]
    public required ValueArray<double> Spacing { get; init; }

    /// <summary>Median size of the training cases at that spacing; may be missing.</summary>
    [JsonPropertyName("median_image_size_in_voxels")]
    public ValueArray<double> MedianSize { get; init; }

    /// <summary>The normalisation of each channel.</summary>
    [JsonPropertyName("normalization_schemes")]
    public required ValueArray<string> Normalization { get; init; }

    /// <summary>Whether each channel's normalisation looks at the nonzero mask alone.</summary>
    [JsonPropertyName("use_mask_for_norm")]
    public ValueArray<bool> UseMask { get; init; }

    /// <summary>The class that preprocesses.</summary>
    [JsonPropertyName("preprocessor_name")]
    public string Preprocessor { get; init; } = DefaultPreprocessor;

    /// <summary>The function that resamples images.</summary>
    [JsonPropertyName("resampling_fn_data")]
    public string DataFunction { get; init; } = DefaultResampling.Name;

    /// <summary>Its arguments.</summary>
    [JsonPropertyName("resampling_fn_data_kwargs")]
    public JsonElement? DataArguments { get; init; }

    /// <summary>The function that resamples segmentations.</summary>
    [JsonPropertyName("resampling_fn_seg")]
    public string SegmentationFunction { get; init; } = DefaultResampling.Name;

    /// <summary>Its arguments.</summary>
    [JsonPropertyName("resampling_fn_seg_kwargs")]
    public JsonElement? SegmentationArguments { get; init; }

    /// <summary>The function that brings the network's outputs back.</summary>
    [JsonPropertyName("resampling_fn_probabilities")]
    public string OutputFunction { get; init; } = DefaultResampling.Name;

    /// <summary>Its arguments.</summary>
    [JsonPropertyName("resampling_fn_probabilities_kwargs")]
    public JsonElement? OutputArguments { get; init; }

    /// <summary>The configuration whose segmentation the network sees; null for none.</summary>
    [JsonPropertyName("previous_stage")]
    public string? PreviousStage { get; init; }

    /// <summary>Keys that are read otherwise, or that inference does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The only preprocessor that version 2 has.</summary>
    public const string DefaultPreprocessor = "DefaultPreprocessor";

    /// <summary>Whether networks see slices.</summary>
    [JsonIgnore]
    public bool Is2D => PatchSize.Count == 2;

    /// <summary>The network's class and arguments: as they stand there, or made of the keys of before 2.3.1; nulls where nothing is said.</summary>
    /// <exception cref="DescribedException">What stands there is no description of a network.</exception>
    public (string? ClassName, JsonObject? Arguments) Network() =>
        Json["architecture"] is { } architecture ? (Text(architecture, "network_class_name"), Within(architecture, "arch_kwargs"))
        : Json.ContainsKey("network_arch_class_name") ? (Text(Json, "network_arch_class_name"), Within(Json, "network_arch_init_kwargs"))
        : Json.ContainsKey("UNet_class_name") ? (Text(Json, "UNet_class_name"), Reconstructed())
        : (null, null);

    /// <inheritdoc/>
    IEnumerable<string> ICheckedRecord.Faults()
    {
        if (PatchSize.Count is not (2 or 3) || PatchSize.Any(static n => n < 1)) yield return $"patch_size is {PatchSize}, but must be 2 or 3 positive values";
        if (Spacing.Count is not (2 or 3) || Spacing.Any(static s => !(s > 0) || !double.IsFinite(s))) yield return $"spacing is {Spacing}, but must be 2 or 3 positive values";
        else if (Spacing.Count != PatchSize.Count) yield return $"patch_size has {PatchSize.Count} axes ({PatchSize}), but spacing has {Spacing.Count} ({Spacing})";
        if (Preprocessor != DefaultPreprocessor) yield return $"preprocessor_name is {Preprocessor}, whose code is missing here; known is {DefaultPreprocessor}";
    }

    /// <summary>The arguments in the place of the keys of before 2.3.1.</summary>
    private JsonObject Reconstructed()
    {
        OldNetwork old = ProductJson.From<OldNetwork>(Where, JsonSerializer.SerializeToElement(Json, ProductJson.Options), "correct the plans, or get the model again from where it came from");
        int stages = old.Convolutions.Count;
        bool plain = V2NetworkArguments.LastComponent(old.ClassName) == V2NetworkArguments.Plain;
        return new JsonObject
        {
            ["n_stages"] = stages,
            ["features_per_stage"] = new JsonArray([.. Enumerable.Range(0, stages).Select(s => (JsonNode)(int)Math.Min((long)old.BaseFeatures << s, old.MostFeatures))]),
            ["conv_op"] = $"torch.nn.modules.conv.Conv{PatchSize.Count}d",
            ["kernel_sizes"] = Json["conv_kernel_sizes"]?.DeepClone(),
            ["strides"] = Json["pool_op_kernel_sizes"]?.DeepClone(),
            [plain ? "n_conv_per_stage" : "n_blocks_per_stage"] = Json["n_conv_per_stage_encoder"]?.DeepClone(),
            ["n_conv_per_stage_decoder"] = Json["n_conv_per_stage_decoder"]?.DeepClone(),
            ["conv_bias"] = true,
            ["norm_op"] = $"torch.nn.modules.instancenorm.InstanceNorm{PatchSize.Count}d",
            ["norm_op_kwargs"] = new JsonObject { ["eps"] = 1e-5, ["affine"] = true },
            ["dropout_op"] = null,
            ["dropout_op_kwargs"] = null,
            ["nonlin"] = "torch.nn.LeakyReLU",
            ["nonlin_kwargs"] = new JsonObject { ["inplace"] = true },
        };
    }

    private string? Text(JsonNode from, string key) => (from as JsonObject)?[key] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => (string)value!,
        var other => throw new DescribedException(Where, $"{key} is {JsonShape.Short(other)}, but must be a class's name", "correct the plans"),
    };

    private JsonObject? Within(JsonNode from, string key) => (from as JsonObject)?[key] switch
    {
        null => null,
        JsonObject found => (JsonObject)found.DeepClone(),
        var other => throw new DescribedException(Where, $"{key} is {JsonShape.Short(other)}, but must be an object", "correct the plans"),
    };

    /// <summary>The keys of before 2.3.1 of which others are computed.</summary>
    private sealed record OldNetwork : ICheckedRecord
    {
        [JsonPropertyName("UNet_class_name")]
        public required string ClassName { get; init; }

        [JsonPropertyName("UNet_base_num_features")]
        public required int BaseFeatures { get; init; }

        [JsonPropertyName("unet_max_num_features")]
        public required int MostFeatures { get; init; }

        [JsonPropertyName("n_conv_per_stage_encoder")]
        public required ValueArray<int> Convolutions { get; init; }

        IEnumerable<string> ICheckedRecord.Faults()
        {
            if (BaseFeatures is < 1 or > V2Configuration.MostFeatures) yield return $"UNet_base_num_features is {BaseFeatures}, but must be from 1 to {V2Configuration.MostFeatures}";
            if (MostFeatures is < 1 or > V2Configuration.MostFeatures) yield return $"unet_max_num_features is {MostFeatures}, but must be from 1 to {V2Configuration.MostFeatures}";
            if (Convolutions.Count is < 1 or > MostStages) yield return $"n_conv_per_stage_encoder has {Convolutions.Count} stages, but must have from 1 to {MostStages}";
        }
    }
}
