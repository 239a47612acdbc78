using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>All that somebody who looks for a fault wants to know of a training: <c>debug.json</c> in the fold's folder.</summary>
internal sealed record TrainingDebug
{
    /// <summary>Version of this program.</summary>
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary>Operating system and processor kind.</summary>
    [JsonPropertyName("platform")]
    public required string Platform { get; init; }

    /// <summary>The settings.</summary>
    [JsonPropertyName("settings")]
    public required TrainingSettings Settings { get; init; }

    /// <summary>The plan of the stage.</summary>
    [JsonPropertyName("stage_plan")]
    public required ConfigurationPlan Configuration { get; init; }

    /// <summary>The network with its arguments.</summary>
    [JsonPropertyName("network")]
    public required NetworkDescription Network { get; init; }

    /// <summary>The training cases.</summary>
    [JsonPropertyName("dataset_tr")]
    public required ValueArray<string> TrainingCases { get; init; }

    /// <summary>The validation cases.</summary>
    [JsonPropertyName("dataset_val")]
    public required ValueArray<string> ValidationCases { get; init; }

    /// <summary>What there is to say of a training.</summary>
    public static TrainingDebug Of(TrainingSetup setup, TrainingSettings settings) => new()
    {
        Version = typeof(TrainingDebug).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        Platform = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}",
        Settings = settings,
        Configuration = setup.Configuration,
        Network = setup.Network,
        TrainingCases = setup.Fold.Train,
        ValidationCases = setup.Fold.Val,
    };
}
