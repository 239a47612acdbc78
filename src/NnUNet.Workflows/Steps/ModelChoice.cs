using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Steps;

/// <summary>The models with which new images are segmented, as <c>RESULTS/nnUNet/ensembles/TASK/choice.json</c> says.</summary>
public sealed record ModelChoice
{
    /// <summary>The file's name.</summary>
    public const string FileName = "choice.json";

    /// <summary>The configurations: one, or two whose probabilities are merged.</summary>
    [JsonPropertyName("configurations")]
    public required ValueArray<string> Configurations { get; init; }

    /// <summary>The folds that were compared, whose networks are averaged.</summary>
    [JsonPropertyName("folds")]
    public required ValueArray<string> Folds { get; init; }

    /// <summary>The mean Dice of the foreground classes in cross-validation, before postprocessing.</summary>
    [JsonPropertyName("dice")]
    public required double Dice { get; init; }

    /// <summary>What is applied to merged segmentations, relative to the file; null where there is none. A model's own postprocessing is in its folder.</summary>
    [JsonPropertyName("postprocessing")]
    public string? Postprocessing { get; init; }

    /// <summary>A hash of the options and the validations that were compared.</summary>
    [JsonPropertyName("made_from")]
    public required string MadeFrom { get; init; }

    /// <summary>For people: <c>2d + 3d_fullres</c>.</summary>
    public override string ToString() => string.Join(" + ", Configurations);
}
