using System.Diagnostics;

namespace NnUNet.Torch.Training.Logs;

/// <summary>What iterations and epochs take, and so how long a training still takes.</summary>
internal sealed class IterationClock(TrainingSettings settings)
{
    /// <summary>A training iteration takes about as long as this many validation iterations.</summary>
    private const double TrainingWeight = 3;

    /// <summary>Share of the old value in the moving averages.</summary>
    private const double EpochAlpha = 0.7;
    private const double IterationAlpha = 0.9;

    private readonly Stopwatch _sinceEpoch = new();
    private readonly Stopwatch _sinceIteration = new();
    private TrainingPhase _phase;
    private double _doneBefore;
    private double? _epochSeconds;

    /// <summary>What an iteration of the running phase takes, lately; 0 before its first one.</summary>
    public double SecondsPerIteration { get; private set; }

    /// <summary>An epoch begins, or continues after some iterations.</summary>
    public void EpochStarts(int iterations, int validationIterations)
    {
        _doneBefore = ShareOf(iterations, validationIterations);
        _phase = TrainingPhase.Starting;
        _sinceEpoch.Restart();
        _sinceIteration.Restart();
    }

    /// <summary>An iteration is done.</summary>
    public void IterationEnds(TrainingPhase phase)
    {
        double seconds = _sinceIteration.Elapsed.TotalSeconds;
        SecondsPerIteration = phase == _phase ? (IterationAlpha * SecondsPerIteration) + ((1 - IterationAlpha) * seconds) : seconds;
        _phase = phase;
        _sinceIteration.Restart();
    }

    /// <summary>An epoch is complete.</summary>
    public void EpochEnds(double seconds) => _epochSeconds = _epochSeconds is { } before ? (EpochAlpha * before) + ((1 - EpochAlpha) * seconds) : seconds;

    /// <summary>Time that the epochs after a place take, by the epochs before or else by the part of the first one that is done.</summary>
    public TimeSpan Left(TrainingState state)
    {
        double share = ShareOf(state.Iteration, state.ValidationIteration);
        double seconds = _epochSeconds ?? (_sinceEpoch.Elapsed.TotalSeconds / Math.Max(share - _doneBefore, 1e-9));
        return TimeSpan.FromSeconds(seconds * Math.Max(settings.Epochs - state.Epoch - share, 0));
    }

    private double ShareOf(int iterations, int validationIterations) =>
        ((TrainingWeight * iterations) + validationIterations) / ((TrainingWeight * settings.Iterations) + settings.ValidationIterations);
}
