using NnUNet.Cli.Frame;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Texts;

/// <summary>
/// Shows the trainings of <c>train_all</c>: on one device as <c>nnUNet_train</c> does, on several the lines of each with its fold
/// before them.
/// </summary>
internal sealed class TrainAllPrinter(Terminal terminal, TrainAllPlan plan, TimeProvider clock)
{
    private readonly int _open = plan.Open.Count;
    private readonly bool _several = plan.Options.Devices.Count > 1;
    private TrainingPrinter _printer = new(terminal, clock);
    private int _begun;

    /// <summary>Shows one state. Safe for several threads where there are several devices.</summary>
    public void Show(TrainAllProgress progress)
    {
        if (progress.Training is { } training) ShowTraining(progress.Work.Key, training);
        else if (progress.Result is { Reason: { Length: > 0 } reason }) terminal.ErrorLine($"nnunet: {progress.Work.Key}: {reason}");
        else if (progress.Result is null) Begin(progress);
    }

    private void Begin(TrainAllProgress progress)
    {
        _printer = new TrainingPrinter(terminal, clock);
        terminal.Line();
        terminal.Line($"== {progress.Work.Key} on {progress.Device} ({Interlocked.Increment(ref _begun)} of {_open})");
    }

    private void ShowTraining(FoldKey key, TrainingProgress training)
    {
        if (!_several) _printer.Show(training);
        else if (training.Phase is TrainingPhase.EpochDone or TrainingPhase.Notice) terminal.Line($"[{key}] {training.Text}");
    }
}
