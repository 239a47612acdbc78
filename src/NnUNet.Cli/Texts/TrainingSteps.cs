using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Texts;

/// <summary>The reports of a training's final validation, and of those of whole images after epochs, as steps of a progress line. One thread at a time.</summary>
/// <param name="before">What stands before the titles, with its space; may be empty.</param>
internal sealed class TrainingSteps(string before = "")
{
    private readonly PredictSteps _predicting = new();

    /// <summary>One report as a step.</summary>
    public Step Of(TrainingProgress progress)
    {
        string which = progress.Phase == TrainingPhase.ImageValidation ? string.Create(CultureInfo.InvariantCulture, $"images after epoch {progress.Epoch + 1}") : "final validation";
        string title = $"{before}{which}{(progress.Step.Length > 0 ? $", {progress.Step}" : "")}";
        if (progress.Prediction is { } prediction)
        {
            return _predicting.Of(prediction) with { Done = progress.Done, Total = progress.Total, Title = title };
        }

        // A case whose prediction is kept takes no time: it says nothing about the others.
        bool kept = progress.Text.Length > 0;
        Step step = new(progress.Text, progress.Done, progress.Total, title) { Detail = kept ? "was there" : "" };
        return kept ? step with { Share = 0 } : step;
    }
}
