using NnUNet.Cli.Frame;
using NnUNet.Core.Preprocessing.Run;

namespace NnUNet.Cli.Texts;

/// <summary>Shows planning and preprocessing: warnings as they come, everything else as a progress line. Safe for several threads.</summary>
internal sealed class PreprocessingLines(Invocation call) : IProgress<PreprocessingProgress>, IDisposable
{
    private readonly ProgressPrinter<PreprocessingProgress> _bar = call.Progress<PreprocessingProgress>("", PreprocessingStepText.Of);
    private readonly WarningLines _warnings = new(call.Terminal);

    /// <inheritdoc/>
    public void Report(PreprocessingProgress value)
    {
        if (value.Warning is { } warning) _warnings.Tell(value.Task, warning);
        else _bar.Report(value);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bar.Dispose();
        _warnings.End();
    }
}
