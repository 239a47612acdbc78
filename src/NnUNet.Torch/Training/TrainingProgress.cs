using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Torch.Training;

/// <summary>How far a training has come.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Epoch">Epoch from 0 on.</param>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="Done">Iterations or cases done in this phase.</param>
/// <param name="Total">Iterations or cases of this phase.</param>
/// <param name="Loss">The last iteration's loss; NaN where there is none.</param>
/// <param name="Remaining">Estimate of the time left for all epochs; null where there is none yet.</param>
/// <param name="Text">A line for people, in a validation of whole images the case that is predicted; empty while an epoch, a case or a step of such a validation runs.</param>
public readonly record struct TrainingProgress(
    TrainingPhase Phase, int Epoch, int Epochs, int Done, int Total, double Loss, TimeSpan? Remaining, string Text)
{
    /// <summary>The learning rate in force; 0 where none is.</summary>
    public double Rate { get; init; }

    /// <summary>What one iteration of this phase takes in seconds, lately; 0 where it is not known yet.</summary>
    public double SecondsPerIteration { get; init; }

    /// <summary>Share of this epoch so far that the network waited for batches, 0 to 1.</summary>
    public double WaitShare { get; init; }

    /// <summary>What the epoch gave; null unless one is complete.</summary>
    public EpochRecord? Record { get; init; }

    /// <summary>Whether the complete epoch is the best so far by the moving average of the validation Dice.</summary>
    public bool Best { get; init; }

    /// <summary>The fold's folder, where pictures of the training may be written; empty in reports without it.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What is trained, in reports with <see cref="Curves"/>; otherwise null.</summary>
    public TrainingSettings? Settings { get; init; }

    /// <summary>In reports with <see cref="Curves"/>, what <see cref="EpochRecord.DicePerClass"/> is of, in its order; otherwise none.</summary>
    public ValueArray<LabelName> Classes { get; init; }

    /// <summary>All complete epochs, in the report of the last of them and when a training is resumed; otherwise empty.</summary>
    public ValueArray<EpochRecord> Curves { get; init; }

    /// <summary>The curve of a search for a learning rate; null unless one has ended.</summary>
    public LearningRateCurve? LearningRateCurve { get; init; }

    /// <summary>In a validation of whole images, what is done with the cases, for people, such as "predicting" or "scoring"; otherwise empty.</summary>
    public string Step { get; init; } = "";

    /// <summary>In a validation of whole images, how far the prediction of its cases is; null in its other steps, and for cases whose predictions are kept.</summary>
    public PredictProgress? Prediction { get; init; }

    /// <summary>What the network looks like; null unless it was just built.</summary>
    internal NetworkSketch? Network { get; init; }
}
