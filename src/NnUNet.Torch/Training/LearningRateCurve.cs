using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>How the loss behaves while the learning rate grows: <c>lr_finder.json</c>.</summary>
public sealed record LearningRateCurve
{
    /// <summary>The learning rate of each iteration.</summary>
    [JsonPropertyName("lr")]
    public required ValueArray<double> Rates { get; init; }

    /// <summary>The loss of each iteration.</summary>
    [JsonPropertyName("loss")]
    public required ValueArray<double> Losses { get; init; }

    /// <summary>Moving average of the loss up to each iteration.</summary>
    [JsonPropertyName("smoothed_loss")]
    public required ValueArray<double> Smoothed { get; init; }

    /// <summary>Whether the loss exploded, which ended the search; else the largest rate was reached.</summary>
    [JsonPropertyName("exploded")]
    public required bool Exploded { get; init; }

    /// <summary>A tenth of the rate at which the average was lowest; null where there are too few iterations to tell.</summary>
    [JsonPropertyName("suggested_lr")]
    public required double? Suggested { get; init; }
}
