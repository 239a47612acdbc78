using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training;

/// <summary>The record of a checkpoint: all of it but the tensors.</summary>
/// <param name="Settings">What was decided for the training.</param>
/// <param name="State">How far it was.</param>
public sealed record TrainingRecord(
    [property: JsonPropertyName("settings")] TrainingSettings Settings,
    [property: JsonPropertyName("state")] TrainingState State);
