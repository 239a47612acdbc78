using Microsoft.Extensions.Logging;
using NnUNet.Torch.Training;

namespace NnUNet.Hosting;

/// <summary>An observer of trainings (<see cref="TrainingOptions.Observers"/>) that logs their notices as warnings and their lines as information.</summary>
/// <param name="logger">Gets them.</param>
public sealed class TrainingLog(ILogger<TrainingLog> logger) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Text.Length == 0) return;
        if (value.Phase == TrainingPhase.Notice) LogMessages.Warning(logger, value.Text);
        else LogMessages.Line(logger, value.Text);
    }
}
