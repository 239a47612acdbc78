using NnUNet.Cli.Frame;
using NnUNet.Core.Running;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Texts;

/// <summary>
/// Shows a training: a line an epoch, between them a line that changes on a terminal and, in a log, one now and then; its final
/// validation as other work on cases.
/// </summary>
internal sealed class TrainingPrinter(Terminal terminal, TimeProvider clock) : IDisposable
{
    /// <summary>Between two lines of one epoch in a log.</summary>
    public static readonly TimeSpan LogPause = TimeSpan.FromMinutes(1);

    private ProgressPrinter<TrainingProgress>? _validation;
    private long _shown = clock.GetTimestamp();

    private int? Columns => terminal.Interactive ? terminal.Width : null;

    /// <summary>Shows one state.</summary>
    public void Show(TrainingProgress progress)
    {
        switch (progress.Phase)
        {
            case TrainingPhase.FinalValidation or TrainingPhase.ImageValidation:
                _validation ??= new ProgressPrinter<TrainingProgress>(terminal, "final validation", new TrainingSteps().Of, clock);
                _validation.Report(progress);
                break;
            case TrainingPhase.Training or TrainingPhase.Validating or TrainingPhase.FindingLearningRate:
                ShowIteration(progress);
                break;
            default:
                string line = progress.Record is null ? progress.Text : TrainingLines.Done(progress, Columns, clock.GetLocalNow());
                if (line.Length > 0) terminal.Line(line);
                _shown = clock.GetTimestamp();
                break;
        }
    }

    /// <summary>Removes what stands on a terminal.</summary>
    public void Dispose()
    {
        _validation?.Dispose();
        terminal.ClearStatus();
    }

    private static RunStep NoteOf(TrainingProgress progress)
    {
        double share = progress.Total > 0 ? (double)progress.Done / progress.Total : 0;
        string phase = progress.Phase switch
        {
            TrainingPhase.Validating => "validation iteration",
            TrainingPhase.FindingLearningRate => "search for a learning rate, iteration",
            _ => "iteration",
        };
        return new RunStep
        {
            Title = "training",
            Item = $"epoch {progress.Epoch + 1}",
            Detail = $"{phase} {progress.Done}/{progress.Total}",
            Done = progress.Epoch,
            Total = progress.Epochs,
            Share = progress.Epochs > 0 ? Math.Clamp((progress.Epoch + (progress.Phase == TrainingPhase.Training ? share : 0)) / progress.Epochs, 0, 1) : 0,
            Remaining = progress.Remaining?.TotalSeconds,
        };
    }

    private void ShowIteration(TrainingProgress progress)
    {
        terminal.Note?.Report(NoteOf(progress));
        if (clock.GetElapsedTime(_shown) < (terminal.Interactive ? ProgressPrinter<Step>.TerminalPause : LogPause)) return;
        _shown = clock.GetTimestamp();
        string line = TrainingLines.Running(progress, Columns, clock.GetLocalNow());
        if (terminal.Interactive) terminal.Status(line);
        else terminal.Line(line);
    }
}
