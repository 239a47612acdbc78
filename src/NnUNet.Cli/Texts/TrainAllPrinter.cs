using System.Collections.Concurrent;
using NnUNet.Cli.Frame;
using NnUNet.Core.Running;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Texts;

/// <summary>
/// Shows the trainings of <c>train_all</c>: on one device as <c>nnUNet_train</c> does; on several as a table that changes, and in
/// a log the lines of each with its fold before them.
/// </summary>
internal sealed class TrainAllPrinter : IDisposable
{
    private readonly Terminal _terminal;
    private readonly TimeProvider _clock;
    private readonly int _open;
    private readonly bool _several;
    private readonly DeviceTable? _table;
    private readonly ConcurrentDictionary<FoldKey, ProgressPrinter<TrainingProgress>> _validations = new();
    private TrainingPrinter _printer;
    private int _begun;
    private int _ended;

    /// <summary>A printer for the folds of a plan.</summary>
    public TrainAllPrinter(Terminal terminal, TrainAllPlan plan, TimeProvider clock)
    {
        (_terminal, _clock, _open, _several) = (terminal, clock, plan.Open.Count, plan.Options.Devices.Count > 1);
        _printer = new TrainingPrinter(terminal, clock);
        if (_several && terminal.Interactive) _table = new DeviceTable(terminal, plan.Options.Devices.Select(static device => device.ToString()), clock);
    }

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
        _table?.Dispose();
        foreach (ProgressPrinter<TrainingProgress> validation in _validations.Values) validation.Dispose();
    }

    private void Begin(TrainAllProgress progress)
    {
        if (!_several)
        {
            _printer.Dispose();
            _printer = new TrainingPrinter(_terminal, _clock);
        }

        if (_table is null) _terminal.Line();
        _terminal.Line($"== {progress.Work.Key} on {progress.Device} ({Interlocked.Increment(ref _begun)} of {_open})");
        _table?.Begin(progress.Work.Key, progress.Device.ToString());
    }

    private void End(FoldKey key, FoldResult result)
    {
        Interlocked.Increment(ref _ended);
        if (_validations.TryRemove(key, out ProgressPrinter<TrainingProgress>? validation)) validation.Dispose();
        _table?.End(key);
        if (result.Reason.Length > 0) _terminal.ErrorLine($"nnunet: {key}: {result.Reason}");
        else if (_several && result.Outcome == FoldOutcome.Done) _terminal.Line($"[{key}] done");
    }

    private void ShowTraining(FoldKey key, TrainingProgress training)
    {
        if (_several) _terminal.Note?.Report(new RunStep { Title = "training", Item = key.ToString(), Done = _ended, Total = _open, Share = _open > 0 ? (double)_ended / _open : 0 });
        if (!_several) _printer.Show(training);
        else if (training.Phase == TrainingPhase.Notice) _terminal.Line($"[{key}] {training.Text}");
        else if (_table is not null) _table.Show(key, training);
        else if (training.Phase == TrainingPhase.EpochDone) _terminal.Line($"[{key}] {training.Text}");
        else if (training.Phase is TrainingPhase.FinalValidation or TrainingPhase.ImageValidation) _validations.GetOrAdd(key, ValidationOf).Report(training);
    }

    private ProgressPrinter<TrainingProgress> ValidationOf(FoldKey key) => new(_terminal, "final validation", new TrainingSteps($"[{key}] ").Of, _clock, changing: false);
}
