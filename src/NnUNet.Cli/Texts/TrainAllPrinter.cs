using System.Collections.Concurrent;
using NnUNet.Cli.Frame;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Texts;

/// <summary>
/// Shows the trainings of <c>train_all</c>: on one device as <c>nnUNet_train</c> does, on several the lines of each with its fold
/// before them, as in a log.
/// </summary>
internal sealed class TrainAllPrinter(Terminal terminal, TrainAllPlan plan, TimeProvider clock) : IDisposable
{
    private readonly int _open = plan.Open.Count;
    private readonly bool _several = plan.Options.Devices.Count > 1;
    private readonly ConcurrentDictionary<FoldKey, ProgressPrinter<TrainingProgress>> _validations = new();
    private TrainingPrinter _printer = new(terminal, clock);
    private int _begun;

    /// <summary>Shows one state. Safe for several threads where there are several devices.</summary>
    public void Show(TrainAllProgress progress)
    {
        if (progress.Training is { } training) ShowTraining(progress.Work.Key, training);
        else if (progress.Result is { } result) End(progress.Work.Key, result);
        else Begin(progress);
    }

    /// <summary>Removes what stands on a terminal.</summary>
    public void Dispose()
    {
        _printer.Dispose();
        foreach (ProgressPrinter<TrainingProgress> validation in _validations.Values) validation.Dispose();
    }

    private void Begin(TrainAllProgress progress)
    {
        _printer.Dispose();
        _printer = new TrainingPrinter(terminal, clock);
        terminal.Line();
        terminal.Line($"== {progress.Work.Key} on {progress.Device} ({Interlocked.Increment(ref _begun)} of {_open})");
    }

    private void End(FoldKey key, FoldResult result)
    {
        if (_validations.TryRemove(key, out ProgressPrinter<TrainingProgress>? validation)) validation.Dispose();
        if (result.Reason.Length > 0) terminal.ErrorLine($"nnunet: {key}: {result.Reason}");
    }

    private void ShowTraining(FoldKey key, TrainingProgress training)
    {
        if (!_several) _printer.Show(training);
        else if (training.Phase is TrainingPhase.EpochDone or TrainingPhase.Notice) terminal.Line($"[{key}] {training.Text}");
        else if (training.Phase is TrainingPhase.FinalValidation or TrainingPhase.ImageValidation) _validations.GetOrAdd(key, ValidationOf).Report(training);
    }

    private ProgressPrinter<TrainingProgress> ValidationOf(FoldKey key) => new(terminal, "final validation", new TrainingSteps($"[{key}] ").Of, clock, changing: false);
}
