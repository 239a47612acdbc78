using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>A training as a checkpoint of another program holds it: all that is needed to go on from it, or to validate it; valid until it is disposed.</summary>
/// <param name="weights">The network's weights; disposed with this.</param>
public sealed class StoredTraining(StoredWeights weights) : IDisposable
{
    /// <summary>Every parameter and persistent buffer of the network.</summary>
    public IReadOnlyList<StoredWeight> Weights => weights.Weights;

    /// <summary>The trainer's name.</summary>
    public required string Trainer { get; init; }

    /// <summary>The plan that it was trained by.</summary>
    public required Plan Plan { get; init; }

    /// <summary>The plan's stage.</summary>
    public required int Stage { get; init; }

    /// <summary>Epochs that are complete.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs that it was to have; null where that was not noted.</summary>
    public int? Epochs { get; init; }

    /// <summary>Training iterations of an epoch; null where that was not noted.</summary>
    public int? Iterations { get; init; }

    /// <summary>Mean training loss of each complete epoch.</summary>
    public ValueArray<double> TrainingLosses { get; init; }

    /// <summary>Mean validation loss of each complete epoch.</summary>
    public ValueArray<double> ValidationLosses { get; init; }

    /// <summary>Mean Dice of the validation batches of each complete epoch.</summary>
    public ValueArray<double> Metrics { get; init; }

    /// <summary>The best moving average of <see cref="Metrics"/>; null where it was not noted.</summary>
    public double? BestAverage { get; init; }

    /// <summary>The optimiser; null where its state was not saved.</summary>
    public StoredOptimizer? Optimizer { get; init; }

    /// <summary>The factor by which the loss was multiplied in mixed precision; null where it was not.</summary>
    public double? LossScale { get; init; }

    /// <summary>Good steps since that factor changed.</summary>
    /// <value>0.</value>
    public int LossScaleSteps { get; init; }

    /// <inheritdoc/>
    public void Dispose() => weights.Dispose();
}

/// <summary>An optimiser as a checkpoint of another program holds it.</summary>
public sealed record StoredOptimizer
{
    /// <summary>The kind as this program calls it: SGD, Ranger, or Adam for Adam and AdamW, whose states are alike; null for any other.</summary>
    public required string? Kind { get; init; }

    /// <summary>The share of the accumulated gradient that each step keeps; null where the kind has none.</summary>
    public double? Momentum { get; init; }

    /// <summary>Share of a weight that is added to its gradient; null where it was not noted.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>The states of the parameters as <c>KIND/NAME</c>, each of the parameter's shape, but for <c>step/NAME</c>, which has one value.</summary>
    public required IReadOnlyList<StoredWeight> States { get; init; }
}
