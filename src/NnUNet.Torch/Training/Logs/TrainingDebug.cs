using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training.Logs;

/// <summary>All that somebody who looks for a fault wants to know of a training: <c>debug.json</c> in the fold's folder.</summary>
/// <remarks>
/// The original writes the text of every attribute of its trainer; here the same is said in parts that programs can read.
/// Source: nnUNetTrainer.py, run_training.
/// </remarks>
internal sealed record TrainingDebug
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "debug.json";

    /// <summary>Program, libraries and machine.</summary>
    [JsonPropertyName("machine")]
    public required TrainingMachine Machine { get; init; }

    /// <summary>Where everything lies.</summary>
    [JsonPropertyName("folders")]
    public required TrainingPlaces Folders { get; init; }

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

    /// <summary>What is done to each training sample, in order, with what it is drawn from.</summary>
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
            Folders = TrainingPlaces.Of(setup, settings),
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

/// <summary>Program, libraries and machine of a training.</summary>
/// <param name="Version">Version of this program.</param>
/// <param name="Torch">Version of libtorch.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Processor">Kind of processor and what it can compute with.</param>
/// <param name="Cores">Number of cores that the process may use.</param>
/// <param name="MemoryBytes">Memory that the process may use.</param>
/// <param name="Devices">The devices that torch can use.</param>
internal sealed record TrainingMachine(
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("torch")] string Torch,
    [property: JsonPropertyName("torchsharp")] string TorchSharp,
    [property: JsonPropertyName("runtime")] string Runtime,
    [property: JsonPropertyName("operating_system")] string OperatingSystem,
    [property: JsonPropertyName("processor")] string Processor,
    [property: JsonPropertyName("cores")] int Cores,
    [property: JsonPropertyName("memory_bytes")] long MemoryBytes,
    [property: JsonPropertyName("devices")] ValueArray<string> Devices)
{
    /// <summary>This machine. Loads libtorch.</summary>
    public static TrainingMachine Collect()
    {
        TorchFacts torch = TorchFacts.Collect();
        return new TrainingMachine(
            typeof(TrainingDebug).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            torch.TorchVersion,
            torch.TorchSharpVersion,
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            $"{RuntimeInformation.ProcessArchitecture}: {torch.Cpu}",
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            torch.Devices);
    }
}

/// <summary>Where everything of a training lies, under the original's names.</summary>
/// <param name="Plans">The plan's file.</param>
/// <param name="Task">The preprocessed task.</param>
/// <param name="Cases">The preprocessed cases.</param>
/// <param name="References">The reference segmentations.</param>
/// <param name="Model">The model's folder.</param>
/// <param name="Fold">The fold's folder.</param>
internal sealed record TrainingPlaces(
    [property: JsonPropertyName("plans_file")] string Plans,
    [property: JsonPropertyName("dataset_directory")] string Task,
    [property: JsonPropertyName("folder_with_preprocessed_data")] string Cases,
    [property: JsonPropertyName("gt_niftis_folder")] string References,
    [property: JsonPropertyName("output_folder_base")] string Model,
    [property: JsonPropertyName("output_folder")] string Fold)
{
    /// <summary>The places of a training.</summary>
    public static TrainingPlaces Of(TrainingSetup setup, TrainingSettings settings)
    {
        string task = Path.GetDirectoryName(setup.ReferencePath)!;
        return new TrainingPlaces(
            Path.Combine(task, Configuration.Parse(settings.Configuration).PlanFileName(settings.Plans)), task, setup.CasesPath, setup.ReferencePath, setup.ModelPath, setup.FoldPath);
    }
}
