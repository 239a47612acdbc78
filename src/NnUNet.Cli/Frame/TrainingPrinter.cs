using System.Globalization;
using NnUNet.Cli.Machine;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Frame;

/// <summary>
/// Shows a training: a line an epoch, between them a line that changes on a terminal and, in a log, one now and then.
/// </summary>
internal sealed class TrainingPrinter(Terminal terminal, TimeProvider clock)
{
    /// <summary>Between two lines of one epoch in a log.</summary>
    public static readonly TimeSpan LogPause = TimeSpan.FromMinutes(1);

    private ProgressPrinter<Step>? _validation;
    private long _shown = clock.GetTimestamp();

    /// <summary>Shows one state.</summary>
    public void Show(TrainingProgress progress)
    {
        switch (progress.Phase)
        {
            case TrainingPhase.FinalValidation:
                (_validation ??= ValidationFromNow()).Report(new Step(progress.Text, progress.Done, progress.Total));
                break;
            case TrainingPhase.Training or TrainingPhase.Validating:
                ShowIteration(progress);
                break;
            default:
                if (progress.Text.Length > 0) terminal.Line(progress.Text);
                _shown = clock.GetTimestamp();
                _validation = ValidationFromNow();
                break;
        }
    }

    // Its first report comes when its first case is done: its time counts from the line before.
    private ProgressPrinter<Step> ValidationFromNow() => new(terminal, "final validation", static step => step, clock);

    private void ShowIteration(TrainingProgress progress)
    {
        if (clock.GetElapsedTime(_shown) < (terminal.Interactive ? ProgressPrinter<Step>.TerminalPause : LogPause)) return;
        _shown = clock.GetTimestamp();
        string kind = progress.Phase == TrainingPhase.Training ? "iteration" : "validation iteration";
        string left = progress.Remaining is { } time ? $", {Sizes.Text(time)} left" : "";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch + 1}/{progress.Epochs}, {kind} {progress.Done}/{progress.Total}, loss {progress.Loss:0.0000}{left}");
        if (terminal.Interactive) terminal.Status(line);
        else terminal.Line(line);
    }
}
