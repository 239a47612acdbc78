using System.Text.Json.Serialization;

namespace NnUNet.Torch.Training;

/// <summary>The record of a checkpoint: all of it but the tensors.</summary>
/// <param name="Settings">What was decided for the training.</param>
/// <param name="State">How far it was.</param>
public sealed record TrainingRecord(
    [property: JsonPropertyName("settings")] TrainingSettings Settings,
    [property: JsonPropertyName("state")] TrainingState State);
