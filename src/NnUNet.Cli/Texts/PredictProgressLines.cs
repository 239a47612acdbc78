using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Cli.Texts;

/// <summary>Prints what is odd about a case's files, and what memory it takes before it starts, and passes all reports on to the progress line.</summary>
/// <remarks>It implements no interface over a type of NnUNet.Torch, which <c>--help</c> would have to load.</remarks>
internal sealed class PredictProgressLines(Terminal terminal, IProgress<PredictProgress> bar)
{
    private readonly WarningLines _warnings = new(terminal);

    /// <summary>Shows one state. Safe for several threads.</summary>
    public void Report(PredictProgress value)
    {
        if (value.Warning is { } warning)
        {
            _warnings.Tell(value.CaseId, warning);
            return;
        }

        if (value.ExpectedBytes > 0)
        {
            string file = value.ExpectedFileBytes > 0 ? $", and {Sizes.Text(value.ExpectedFileBytes)} on the disk for its probabilities" : "";
            terminal.Line($"{value.CaseId}: at most {Sizes.Text(MemoryLimit.Held + value.ExpectedBytes)} of memory with the program and its network{file}");
        }

        bar.Report(value);
    }

    /// <summary>Names what was held back, at the end of the run.</summary>
    public void End() => _warnings.End();
}
