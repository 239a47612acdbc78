using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Cli.Texts;

/// <summary>
/// Shows the prediction of a folder: its progress line, what is odd about the cases' files, and the memory that they take, once
/// for all of them, or, where everything is asked for, a line a case before it is read.
/// </summary>
/// <remarks>It implements no interface over a type of NnUNet.Torch, which <c>--help</c> would have to load.</remarks>
/// <param name="terminal">Where to print.</param>
/// <param name="verbose">Whether each case's memory is told.</param>
/// <param name="clock">The time.</param>
internal sealed class PredictProgressLines(Terminal terminal, bool verbose, TimeProvider clock) : IDisposable
{
    private readonly ProgressPrinter<PredictProgress> _line = new(terminal, "predicting", new PredictSteps().Of, clock);
    private readonly WarningLines _warnings = new(terminal);
    private (string CaseId, long Bytes, long FileBytes) _largest;

    /// <summary>Shows one state; one caller at a time.</summary>
    public void Report(PredictProgress value)
    {
        if (value.Warning is { } warning)
        {
            _warnings.Tell(value.CaseId, warning);
            return;
        }

        if (value.ExpectedBytes > 0) Note((value.CaseId, MemoryLimit.Held + value.ExpectedBytes, value.ExpectedFileBytes));
        _line.Report(value);
    }

    /// <summary>Names what was held back and the memory that the largest case took, at the end of the run.</summary>
    public void End()
    {
        _line.Dispose();
        _warnings.End();
        if (_largest.Bytes > 0) terminal.Line($"Memory: {Text(_largest.Bytes, _largest.FileBytes)} ({_largest.CaseId})");
    }

    /// <summary>Removes what stands on a terminal.</summary>
    public void Dispose() => _line.Dispose();

    private static string Text(long bytes, long fileBytes)
    {
        string file = fileBytes > 0 ? $", and {Sizes.Text(fileBytes)} on the disk for its probabilities" : "";
        return $"at most {Sizes.Text(bytes)} with the program and its network{file}";
    }

    private void Note((string CaseId, long Bytes, long FileBytes) one)
    {
        if (verbose) terminal.Line($"{one.CaseId}: {Text(one.Bytes, one.FileBytes)}");
        if (one.Bytes > _largest.Bytes) _largest = one;
    }
}
