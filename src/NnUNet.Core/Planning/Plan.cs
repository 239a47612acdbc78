using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>A plan: everything that preprocessing, training and inference need to know of a data set.</summary>
/// <remarks>
/// Files: <c>nnUNetPlansv2.1_plans_3D.json</c>, <c>…_2D.json</c> in the preprocessed task, and <c>plans.json</c> in a
/// model folder. Keys as in the original's plans pickle (nnunet/experiment_planning/experiment_planner_baseline_3DUNet.py).
/// Array order (z, y, x); what is stated per stage is in the transposed order of <see cref="TransposeForward"/>.
/// </remarks>
public sealed record Plan : ICheckedRecord
{
    /// <summary>The name of the file in a model folder.</summary>
    public const string ModelFileName = "plans.json";

    /// <summary>Number of stages: 2 where 3d_lowres and the cascade exist, else 1.</summary>
    [JsonPropertyName("num_stages")]
    public required int NumStages { get; init; }

    /// <summary>Number of image channels.</summary>
    [JsonPropertyName("num_modalities")]
    public required int NumModalities { get; init; }

    /// <summary>The channels' names by their number.</summary>
    [JsonPropertyName("modalities")]
    public required SortedDictionary<int, string> Modalities { get; init; }

    /// <summary>The normalisation of each channel by its number: CT, CT2, nonCT or noNorm.</summary>
    [JsonPropertyName("normalization_schemes")]
    public required SortedDictionary<int, string> NormalizationSchemes { get; init; }

    /// <summary>The fingerprint that the plan was made from.</summary>
    [JsonPropertyName("dataset_properties")]
    public required DatasetFingerprint DatasetProperties { get; init; }

    /// <summary>Spacing (z, y, x) in millimetres of each case.</summary>
    [JsonPropertyName("original_spacings")]
    public ValueArray<ValueArray<double>> OriginalSpacings { get; init; }

    /// <summary>Voxel counts (z, y, x) of each case after cropping.</summary>
    [JsonPropertyName("original_sizes")]
    public ValueArray<ValueArray<int>> OriginalSizes { get; init; }

    /// <summary>Number of foreground classes (background not counted).</summary>
    [JsonPropertyName("num_classes")]
    public required int NumClasses { get; init; }

    /// <summary>The foreground labels in ascending order.</summary>
    [JsonPropertyName("all_classes")]
    public required ValueArray<int> AllClasses { get; init; }

    /// <summary>Feature maps of the first stage of the network.</summary>
    [JsonPropertyName("base_num_features")]
    public required int BaseNumFeatures { get; init; }

    /// <summary>Whether each channel is normalised within the nonzero mask only, by its number.</summary>
    [JsonPropertyName("use_mask_for_norm")]
    public required SortedDictionary<int, bool> UseMaskForNorm { get; init; }

    /// <summary>Order of the axes while working: axis i of the working array is axis <c>[i]</c> of the image.</summary>
    [JsonPropertyName("transpose_forward")]
    public required ValueArray<int> TransposeForward { get; init; }

    /// <summary>The inverse of <see cref="TransposeForward"/>.</summary>
    [JsonPropertyName("transpose_backward")]
    public required ValueArray<int> TransposeBackward { get; init; }

    /// <summary>Start of the preprocessed folders' names: <c>nnUNetData_plans_v2.1</c>, for 2D <c>nnUNetData_plans_v2.1_2D</c>.</summary>
    [JsonPropertyName("data_identifier")]
    public required string DataIdentifier { get; init; }

    /// <summary>The plan of each stage by its number; the last one is full resolution.</summary>
    [JsonPropertyName("plans_per_stage")]
    public required SortedDictionary<int, ConfigurationPlan> PlansPerStage { get; init; }

    /// <summary>The preprocessor's name in the catalogue: GenericPreprocessor or PreprocessorFor2D.</summary>
    [JsonPropertyName("preprocessor_name")]
    public required string PreprocessorName { get; init; }

    /// <summary>Convolutions of each resolution of encoder and decoder; absent in 2D plans, where it is 2.</summary>
    [JsonPropertyName("conv_per_stage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ConvPerStage { get; init; }

    /// <summary>The network, written by training into a model folder's <c>plans.json</c>: all that inference needs to build it.</summary>
    [JsonPropertyName("network")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NetworkDescription? Network { get; init; }

    /// <summary>What people call the labels, written by training into a model folder's <c>plans.json</c>; null where nobody says.</summary>
    [JsonPropertyName("label_names")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<int, string>? LabelNames { get; init; }

    /// <summary>The regions that the network's outputs are, in their order, written by training into a model folder's <c>plans.json</c>; none where the outputs are the background and the classes.</summary>
    [JsonPropertyName("regions")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueArray<LabelRegion> Regions { get; init; }

    /// <summary>With regions: the label with which each is painted, in their order; later ones lie on top of earlier ones.</summary>
    [JsonPropertyName("regions_class_order")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueArray<int> RegionsClassOrder { get; init; }

    /// <summary>Keys that this version does not use, and those that imported models bring along.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <inheritdoc/>
    IEnumerable<string> ICheckedRecord.Faults() => PlanFaults.Of(this);
}

/// <summary>The plan of one stage: grid, patch, batch and network topology. All in the transposed array order.</summary>
public sealed record ConfigurationPlan
{
    /// <summary>Samples of a batch.</summary>
    [JsonPropertyName("batch_size")]
    public required int BatchSize { get; init; }

    /// <summary>Number of poolings along each axis: 3 values, in 2D 2 (y, x).</summary>
    [JsonPropertyName("num_pool_per_axis")]
    public required ValueArray<int> NumPoolPerAxis { get; init; }

    /// <summary>Patch size in voxels: (z, y, x), in 2D (y, x).</summary>
    [JsonPropertyName("patch_size")]
    public required ValueArray<int> PatchSize { get; init; }

    /// <summary>Median shape (z, y, x) in voxels of the data set at this stage's spacing; 3 values in 2D too.</summary>
    [JsonPropertyName("median_patient_size_in_voxels")]
    public required ValueArray<int> MedianPatientSizeInVoxels { get; init; }

    /// <summary>Spacing (z, y, x) in millimetres to which this stage resamples; 3 values in 2D too.</summary>
    [JsonPropertyName("current_spacing")]
    public required ValueArray<double> CurrentSpacing { get; init; }

    /// <summary>The full-resolution target spacing (z, y, x) in millimetres.</summary>
    [JsonPropertyName("original_spacing")]
    public required ValueArray<double> OriginalSpacing { get; init; }

    /// <summary>Whether augmentation rotates and scales slice by slice because the patch is anisotropic.</summary>
    [JsonPropertyName("do_dummy_2D_data_aug")]
    public required bool DoDummy2DDataAug { get; init; }

    /// <summary>Strides of each pooling from full resolution down; one entry less than resolutions.</summary>
    [JsonPropertyName("pool_op_kernel_sizes")]
    public required ValueArray<ValueArray<int>> PoolOpKernelSizes { get; init; }

    /// <summary>Kernel of the convolutions at each resolution, the bottleneck last.</summary>
    [JsonPropertyName("conv_kernel_sizes")]
    public required ValueArray<ValueArray<int>> ConvKernelSizes { get; init; }

    /// <summary>Residual blocks of each resolution of the encoder; absent for plain networks.</summary>
    [JsonPropertyName("num_blocks_encoder")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueArray<int>? NumBlocksEncoder { get; init; }

    /// <summary>Blocks of each resolution of the decoder, the coarsest first; absent for plain networks.</summary>
    [JsonPropertyName("num_blocks_decoder")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueArray<int>? NumBlocksDecoder { get; init; }

    /// <summary>Values in all feature maps of a sample: what the planner held against its memory reference. For information only.</summary>
    [JsonPropertyName("approx_vram_consumption")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ApproxVramConsumption { get; init; }

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Whether this is a plan for slices.</summary>
    [JsonIgnore]
    public bool Is2D => PatchSize.Count == 2;
}

/// <summary>A network by name: what a model folder's <c>plans.json</c> says so that no trainer's code is needed to predict.</summary>
public sealed record NetworkDescription
{
    /// <summary>The network's name in the catalogue, such as Generic_UNet.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The network's own arguments; what they mean is the network's business.</summary>
    [JsonPropertyName("arguments")]
    public required JsonElement Arguments { get; init; }

    /// <summary>Image axes (0 = first array axis of the patch) along which inference may mirror; empty means none.</summary>
    [JsonPropertyName("mirror_axes")]
    public required ValueArray<int> MirrorAxes { get; init; }

    /// <summary>The plan's stage on whose grid the network works; null where the plan has one stage only.</summary>
    [JsonPropertyName("stage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Stage { get; init; }

    /// <summary>Whether the network sees the segmentation of the cascade's first stage: one channel a foreground class, behind the image's.</summary>
    /// <value>False.</value>
    [JsonPropertyName("previous_stage")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PreviousStage { get; init; }
}
