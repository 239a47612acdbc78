using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training;

/// <summary>What was decided for one training, by the user and the recipe. Part of every checkpoint and of <c>debug.json</c>.</summary>
public sealed record TrainingSettings
{
    /// <summary>The trainer's name in the catalogue.</summary>
    [JsonPropertyName("trainer")]
    public required string Trainer { get; init; }

    /// <summary>2d, 3d_lowres, 3d_fullres or 3d_cascade_fullres.</summary>
    [JsonPropertyName("configuration")]
    public required string Configuration { get; init; }

    /// <summary>The task's full name.</summary>
    [JsonPropertyName("task")]
    public required string Task { get; init; }

    /// <summary>The fold: a number, or <c>all</c>.</summary>
    [JsonPropertyName("fold")]
    public required string Fold { get; init; }

    /// <summary>The plans' name.</summary>
    [JsonPropertyName("plans")]
    public required string Plans { get; init; }

    /// <summary>The plan's stage.</summary>
    [JsonPropertyName("stage")]
    public required int Stage { get; init; }

    /// <summary>Number of epochs.</summary>
    [JsonPropertyName("epochs")]
    public required int Epochs { get; init; }

    /// <summary>Training iterations of an epoch.</summary>
    [JsonPropertyName("iterations_per_epoch")]
    public required int Iterations { get; init; }

    /// <summary>Validation iterations of an epoch.</summary>
    [JsonPropertyName("validation_iterations_per_epoch")]
    public required int ValidationIterations { get; init; }

    /// <summary>Seed of weights and batches.</summary>
    [JsonPropertyName("seed")]
    public required long Seed { get; init; }

    /// <summary>Samples of a batch, those of all replicas together.</summary>
    [JsonPropertyName("batch_size")]
    public required int BatchSize { get; init; }

    /// <summary>Voxels (z, y, x) that the network sees; z = 1 in 2D.</summary>
    [JsonPropertyName("patch_size")]
    public required ValueArray<int> PatchSize { get; init; }

    /// <summary>Voxels (z, y, x) that are read for a training patch before it is rotated and scaled.</summary>
    [JsonPropertyName("initial_patch_size")]
    public required ValueArray<int> InitialPatchSize { get; init; }

    /// <summary>Whether slices are rotated and scaled in their plane only.</summary>
    [JsonPropertyName("slice_wise_augmentation")]
    public required bool SliceWise { get; init; }

    /// <summary>Axes of the network's input (0 = the first) along which samples are mirrored.</summary>
    [JsonPropertyName("mirror_axes")]
    public required ValueArray<int> MirrorAxes { get; init; }

    /// <summary>Share of a batch whose patches are certain to contain foreground.</summary>
    [JsonPropertyName("oversample_foreground_percent")]
    public required double ForegroundShare { get; init; }

    /// <summary>The network's name.</summary>
    [JsonPropertyName("network")]
    public required string Network { get; init; }

    /// <summary>The loss's name.</summary>
    [JsonPropertyName("loss")]
    public required string Loss { get; init; }

    /// <summary>The regions that are trained, in the order of the network's outputs; none, and not in the file, where they are classes.</summary>
    [JsonPropertyName("regions")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueArray<LabelRegion> Regions { get; init; }

    /// <summary>With regions: the label with which each is painted.</summary>
    [JsonPropertyName("regions_class_order")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueArray<int> RegionsClassOrder { get; init; }

    /// <summary>Whether the Dice loss takes the whole batch as one image.</summary>
    [JsonPropertyName("batch_dice")]
    public required bool BatchDice { get; init; }

    /// <summary>Weights of the losses of the network's outputs, full resolution first.</summary>
    [JsonPropertyName("ds_loss_weights")]
    public required ValueArray<double> OutputWeights { get; init; }

    /// <summary>The optimiser's name.</summary>
    /// <value>SGD.</value>
    [JsonPropertyName("optimizer")]
    public string Optimizer { get; init; } = "SGD";

    /// <summary>The checkpoint whose weights the training began with; null where they were fresh.</summary>
    [JsonPropertyName("pretrained_weights")]
    public string? PretrainedWeights { get; init; }

    /// <summary>Learning rate of the first epoch.</summary>
    [JsonPropertyName("initial_lr")]
    public required double InitialLearningRate { get; init; }

    /// <summary>The momentum factor.</summary>
    [JsonPropertyName("momentum")]
    public required double Momentum { get; init; }

    /// <summary>Share of a weight that is added to its gradient.</summary>
    [JsonPropertyName("weight_decay")]
    public required double WeightDecay { get; init; }

    /// <summary>Largest total norm of all gradients.</summary>
    [JsonPropertyName("max_gradient_norm")]
    public required double MaxGradientNorm { get; init; }

    /// <summary>Share of the old value in the moving average of the validation Dice.</summary>
    [JsonPropertyName("val_eval_criterion_alpha")]
    public required double ValidationAverage { get; init; }

    /// <summary>Element type of the convolutions.</summary>
    /// <value>float32.</value>
    [JsonPropertyName("precision")]
    public ComputePrecision Precision { get; init; }

    /// <summary>Threads of one torch operation; sums, and so the last bits of the weights, depend on it.</summary>
    [JsonPropertyName("torch_threads")]
    public required int Threads { get; init; }

    /// <summary>The device: cpu or cuda:N; of several replicas in one process all, with commas.</summary>
    [JsonPropertyName("device")]
    public required string Device { get; init; }

    /// <summary>Replicas that train together; null, and not in the file, where the network is trained in one piece.</summary>
    [JsonPropertyName("replicas")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? Replicas { get; init; }

    /// <summary>With replicas: whether they share one batch of the plan's size, instead of having one each.</summary>
    [JsonPropertyName("distribute_batch_size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool? DistributesBatch { get; init; }

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}
