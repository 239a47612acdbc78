using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Batches;
using NnUNet.Foundation;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training;

/// <summary>How far a training has come, between two iterations: all of it but the tensors. Part of every checkpoint.</summary>
/// <remarks>Training continues from here exactly as if it had not stopped, because batches depend on their place only.</remarks>
public sealed record TrainingState
{
    /// <summary>The epoch that is running, from 0 on; the number of epochs when all of them are complete.</summary>
    [JsonPropertyName("epoch")]
    public int Epoch { get; init; }

    /// <summary>Whether the recipe has ended the training before its last epoch.</summary>
    [JsonPropertyName("ended_early")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EndedEarly { get; init; }

    /// <summary>Training iterations of this epoch that are done.</summary>
    [JsonPropertyName("iteration")]
    public int Iteration { get; init; }

    /// <summary>Validation iterations of this epoch that are done.</summary>
    [JsonPropertyName("validation_iteration")]
    public int ValidationIteration { get; init; }

    /// <summary>Sum of this epoch's training losses so far.</summary>
    [JsonPropertyName("train_loss_sum")]
    public double TrainingLossSum { get; init; }

    /// <summary>Sum of this epoch's validation losses so far.</summary>
    [JsonPropertyName("validation_loss_sum")]
    public double ValidationLossSum { get; init; }

    /// <summary>True positive voxels of each foreground class, so far in this epoch's validation.</summary>
    [JsonPropertyName("online_eval_tp")]
    public ValueArray<long> TruePositives { get; init; }

    /// <summary>False positive voxels of each foreground class, so far in this epoch's validation.</summary>
    [JsonPropertyName("online_eval_fp")]
    public ValueArray<long> FalsePositives { get; init; }

    /// <summary>False negative voxels of each foreground class, so far in this epoch's validation.</summary>
    [JsonPropertyName("online_eval_fn")]
    public ValueArray<long> FalseNegatives { get; init; }

    /// <summary>Moving average of the training loss; null before the first epoch's end.</summary>
    [JsonPropertyName("train_loss_MA")]
    public double? TrainingLossAverage { get; init; }

    /// <summary>Moving average of the validation Dice; null before the first epoch's end.</summary>
    [JsonPropertyName("val_eval_criterion_MA")]
    public double? ValidationAverage { get; init; }

    /// <summary>The best moving average of the validation Dice; null before the first epoch's end.</summary>
    [JsonPropertyName("best_val_eval_criterion_MA")]
    public double? BestValidationAverage { get; init; }

    /// <summary>The epoch of the best moving average.</summary>
    [JsonPropertyName("best_epoch")]
    public int? BestEpoch { get; init; }

    /// <summary>Training steps of this epoch that were skipped, because loss or gradients were not finite.</summary>
    [JsonPropertyName("skipped_steps")]
    public int SkippedSteps { get; init; }

    /// <summary>Steps skipped in a row just now, of any epoch; those that the loss scale explains are not counted.</summary>
    [JsonPropertyName("skipped_in_a_row")]
    public int SkippedInARow { get; init; }

    /// <summary>Validation iterations of this epoch whose loss was not finite.</summary>
    [JsonPropertyName("skipped_validations")]
    public int SkippedValidations { get; init; }

    /// <summary>The factor by which the loss is multiplied; null where convolutions do not compute in float16.</summary>
    [JsonPropertyName("loss_scale")]
    public LossScale? LossScale { get; init; }

    /// <summary>The momentum factor since the training was restarted with new weights; null where it was not.</summary>
    [JsonPropertyName("rescue_momentum")]
    public double? RescueMomentum { get; init; }

    /// <summary>Seconds of computing so far, all runs together.</summary>
    [JsonPropertyName("seconds")]
    public double Seconds { get; init; }

    /// <summary>What each complete epoch gave.</summary>
    [JsonPropertyName("curves")]
    public ValueArray<EpochRecord> Curves { get; init; }

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The state at the end of an epoch, with its place, averages and curves; nothing of the epoch itself is left in it.</summary>
    /// <param name="record">What the epoch gave.</param>
    /// <param name="settings">The training's settings.</param>
    /// <param name="best">Whether the moving average of the validation Dice is the best so far.</param>
    internal TrainingState After(EpochRecord record, TrainingSettings settings, out bool best)
    {
        double? average = MovingAverage.Next(ValidationAverage, record.Dice, settings.ValidationAverage);
        best = average is { } value && !(value <= BestValidationAverage);
        return new TrainingState
        {
            Epoch = Epoch + 1,
            TrainingLossAverage = MovingAverage.Next(TrainingLossAverage, record.TrainingLoss, MovingAverage.TrainingLossShare),
            ValidationAverage = average,
            BestValidationAverage = best ? average : BestValidationAverage,
            BestEpoch = best ? Epoch : BestEpoch,
            SkippedInARow = SkippedInARow,
            LossScale = LossScale,
            RescueMomentum = RescueMomentum,
            Seconds = Seconds,
            Curves = [.. Curves, record],
        };
    }

    /// <summary>Whether nothing is left to train.</summary>
    /// <param name="settings">The training's settings.</param>
    internal bool IsComplete(TrainingSettings settings) => EndedEarly || Epoch >= settings.Epochs;

    /// <summary>What the complete epochs gave.</summary>
    /// <param name="settings">The training's settings.</param>
    internal TrainingCourse Course(TrainingSettings settings) => new(settings.Epochs, Curves);

    /// <summary>The batch that comes next.</summary>
    /// <param name="settings">The training's settings.</param>
    internal BatchKey Next(TrainingSettings settings) => Iteration < settings.Iterations
        ? new BatchKey(Epoch, false, Iteration)
        : new BatchKey(Epoch, true, ValidationIteration);
}
