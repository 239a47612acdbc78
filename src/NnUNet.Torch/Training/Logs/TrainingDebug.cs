using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Logs;

/// <summary>What is needed to find the cause of a fault in a training: <c>debug.json</c> in the fold's folder.</summary>
/// <remarks>
/// The original writes the text of every attribute of its trainer; here the same is written in parts that programs can read.
/// Source: nnUNetTrainer.py, run_training.
/// </remarks>
internal sealed record TrainingDebug
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "debug.json";

    /// <summary>Program, libraries and machine.</summary>
    [JsonPropertyName("machine")]
    public required TrainingMachine Machine { get; init; }

    /// <summary>The files and folders of the training.</summary>
    [JsonPropertyName("folders")]
    public required TrainingPaths Folders { get; init; }

    /// <summary>The settings.</summary>
    [JsonPropertyName("settings")]
    public required TrainingSettings Settings { get; init; }

    /// <summary>The plan of the stage.</summary>
    [JsonPropertyName("stage_plan")]
    public required ConfigurationPlan Configuration { get; init; }

    /// <summary>How the images' axes are ordered for the network: the image's axis of each of its axes.</summary>
    [JsonPropertyName("transpose_forward")]
    public required ValueArray<int> TransposeForward { get; init; }

    /// <summary>The channels' names.</summary>
    [JsonPropertyName("modalities")]
    public required SortedDictionary<int, string> Modalities { get; init; }

    /// <summary>How each channel is normalised.</summary>
    [JsonPropertyName("normalization_schemes")]
    public required SortedDictionary<int, string> NormalizationSchemes { get; init; }

    /// <summary>Whether each channel is normalised within the nonzero mask only.</summary>
    [JsonPropertyName("use_mask_for_norm")]
    public required SortedDictionary<int, bool> UseMaskForNorm { get; init; }

    /// <summary>The augmentation steps of each training sample, in order, with the ranges that their parameters are drawn from.</summary>
    [JsonPropertyName("augmentation")]
    public required JsonArray Augmentation { get; init; }

    /// <summary>The network with its arguments.</summary>
    [JsonPropertyName("network")]
    public required NetworkDescription Network { get; init; }

    /// <summary>Number of weights.</summary>
    [JsonPropertyName("num_network_weights")]
    public required long Weights { get; init; }

    /// <summary>The shape of each parameter, by its name.</summary>
    [JsonPropertyName("network_parameters")]
    public required Dictionary<string, long[]> Parameters { get; init; }

    /// <summary>The training cases.</summary>
    [JsonPropertyName("dataset_tr")]
    public required ValueArray<string> TrainingCases { get; init; }

    /// <summary>The validation cases.</summary>
    [JsonPropertyName("dataset_val")]
    public required ValueArray<string> ValidationCases { get; init; }

    /// <summary>What there is to say of a training. Call it on the thread that calls torch.</summary>
    public static TrainingDebug Of(TrainingSetup setup, TrainingSettings settings, SegmentationNetwork network)
    {
        Dictionary<string, long[]> parameters = NetworkWeights.Of(network).ToDictionary(static p => p.Name, static p => p.Tensor.shape);
        return new TrainingDebug
        {
            Machine = TrainingMachine.Collect(),
            Folders = TrainingPaths.Of(setup, settings),
            Settings = settings,
            Configuration = setup.Configuration,
            TransposeForward = setup.Plan.TransposeForward,
            Modalities = setup.Plan.Modalities,
            NormalizationSchemes = setup.Plan.NormalizationSchemes,
            UseMaskForNorm = setup.Plan.UseMaskForNorm,
            Augmentation = AugmentationDescription.Of(setup.TrainingBatches(settings).Augmentation, setup.Augmentation.Spatial),
            Network = setup.Network,
            Weights = parameters.Values.Sum(static shape => shape.Aggregate(1L, static (product, size) => product * size)),
            Parameters = parameters,
            TrainingCases = setup.Fold.Train,
            ValidationCases = setup.Fold.Val,
        };
    }
}
