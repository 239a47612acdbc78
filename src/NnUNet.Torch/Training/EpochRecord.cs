using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>What one epoch gave.</summary>
public sealed record EpochRecord
{
    /// <summary>Mean training loss.</summary>
    [JsonPropertyName("train_loss")]
    public required double TrainingLoss { get; init; }

    /// <summary>Mean validation loss.</summary>
    [JsonPropertyName("validation_loss")]
    public required double ValidationLoss { get; init; }

    /// <summary>Mean of the classes' Dice over all validation voxels; NaN where no class occurred.</summary>
    [JsonPropertyName("evaluation_metric")]
    public required double Dice { get; init; }

    /// <summary>Dice of each foreground class over all validation voxels; NaN where it neither occurred nor was predicted.</summary>
    [JsonPropertyName("dice_per_class")]
    public required ValueArray<double> DicePerClass { get; init; }

    /// <summary>Training steps that were skipped, because loss or gradients were not finite; their losses are not in the mean.</summary>
    [JsonPropertyName("skipped_steps")]
    public int SkippedSteps { get; init; }

    /// <summary>Learning rate.</summary>
    [JsonPropertyName("lr")]
    public required double Rate { get; init; }

    /// <summary>Duration in seconds; NaN where another program trained the epoch.</summary>
    [JsonPropertyName("seconds")]
    public required double Seconds { get; init; }

    /// <summary>Share of the time that the network waited for batches, 0 to 1; NaN where another program trained the epoch.</summary>
    [JsonPropertyName("wait_for_data")]
    public required double WaitShare { get; init; }

    /// <summary>Share of the time that a replica waited for others and for sums, 0 to 1, the mean of all replicas; 0, and not in the file, where there is one.</summary>
    [JsonPropertyName("wait_for_replicas")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double ReplicaWaitShare { get; init; }
}
