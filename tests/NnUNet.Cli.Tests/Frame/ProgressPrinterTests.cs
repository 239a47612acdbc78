using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class ProgressPrinterTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void InALog_ALineComesNowAndThenWithTheTimeLeft()
    {
        // Given
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        // When
        Report(printer, 5, new Step("a", 1, 4), new Step("b", 2, 4), new Step("c", 3, 4), new Step("d", 4, 4));

        // Then: 15 s after the third, and the end
        Assert.Equal($"work: 3/4, 5.0 s left{Environment.NewLine}work: 4/4 in 20.0 s{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public void OnATerminal_OneLineChangesAndIsRemoved()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: true);

        Report(printer, 1, new Step("a", 1, 2), new Step("b", 2, 2));

        Assert.StartsWith("\rwork [============            ] 1/2, 1.0 s left a", _output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"\rwork: 2/2 in 2.0 s{Environment.NewLine}", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void LateReports_AreIgnored()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 20, new Step("b", 2, 4), new Step("a", 1, 4));

        Assert.Equal($"work: 2/4, 20.0 s left{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public void PartsOfAWork_HaveTheirOwnTitleAndTime()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 3, new Step("a", 1, 1, "reading"), new Step("b", 1, 2, "writing"), new Step("b", 2, 2, "writing"));

        Assert.Equal($"reading: 1/1 in 3.0 s{Environment.NewLine}writing: 2/2 in 6.0 s{Environment.NewLine}", _output.ToString());
    }

    private ProgressPrinter<Step> Printer(bool interactive) => new(new Terminal(_output, _output, interactive, width: 100), "work", static step => step, _clock);

    private void Report(ProgressPrinter<Step> printer, int seconds, params Step[] steps)
    {
        foreach (Step step in steps)
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            printer.Report(step);
        }
    }
}
