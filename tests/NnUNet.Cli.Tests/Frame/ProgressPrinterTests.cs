using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class ProgressPrinterTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void InALog_ALineComesNowAndThenWithTheTimeSoFarAndLeft()
    {
        // Given
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        // When
        Report(printer, 11, new Step("a", 1, 4), new Step("b", 2, 4), new Step("c", 3, 4), new Step("d", 4, 4));

        // Then: half a minute after the beginning, and the end
        Assert.Equal(["work: 2/4, b, 30 s so far, about 15 s left", "work: 4/4 in 44.0 s", ""], Lines());
    }

    [Fact]
    public void InALog_AnItemThatTakesLong_IsToldHalfAMinuteApart_ThoughNoReportComes()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        printer.Report(new Step("a", 0, 2) { Detail = "network" });
        _clock.Advance(TimeSpan.FromSeconds(65));

        Assert.Equal(["work: 0/2, a, network, 30 s so far", "work: 0/2, a, network, 1:00 min so far", ""], Lines());
    }

    [Fact]
    public void InALog_TenHoursOfWork_TakeFewLines()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        printer.Report(new Step("a", 0, 2));
        _clock.Advance(TimeSpan.FromHours(10));

        Assert.InRange(Lines().Length, 100, 200);
    }

    [Fact]
    public void InALog_WhatPeopleLookFor_HasALineAtOnce()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 1, new Step("a", 1, 3) { Event = "a done" }, new Step("b", 1, 3) { Detail = "network" }, new Step("c", 2, 3) { Event = "b done" });

        Assert.Equal(["work: 1/3, a done, 1 s so far", "work: 2/3, b done, 3 s so far, about 5 s left", ""], Lines());
    }

    [Fact]
    public void OnATerminal_OneLineChangesAndIsRemoved()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: true);

        Report(printer, 5, new Step("a", 1, 2), new Step("b", 2, 2));

        Assert.StartsWith("\rwork  [========        ]  1/2  a  5 s  about 5 s left", _output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"\rwork: 2/2 in 10.0 s{Environment.NewLine}", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OnATerminal_TheTimeGoesOnThoughNoReportComes()
    {
        // Given
        using ProgressPrinter<Step> printer = Printer(interactive: true);
        printer.Report(new Step("a", 0, 2));

        // When
        _clock.Advance(TimeSpan.FromSeconds(3.5));

        // Then
        Assert.Equal(["1 s", "2 s", "3 s"], States().Select(static s => s.TrimEnd().Split("  ")[^1]));
    }

    [Fact]
    public void OnATerminal_TheLineIsRedrawnTenTimesASecondAtMost()
    {
        // Given
        using ProgressPrinter<Step> printer = Printer(interactive: true);

        // When
        for (int i = 1; i < 1000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            printer.Report(new Step("a", i, 1000));
        }

        // Then: the last millisecond of the second is missing
        Assert.Equal(9, States().Length);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(79)]
    public void OnATerminal_TheLineStaysWithinItsColumns_AndKeepsWhatMatters(int columns)
    {
        // Given
        using ProgressPrinter<Step> printer = Printer(interactive: true, columns);

        // When
        Report(printer, 200, new Step("a_case_with_a_name_that_is_longer_than_most", 3, 9) { Detail = "network, tiles 33/120" });

        // Then
        Assert.All(States(), s => Assert.True(TextWidth.Of(s) < columns, s));
        Assert.StartsWith("work", States()[^1], StringComparison.Ordinal);
        Assert.Contains("3/9", States()[^1], StringComparison.Ordinal);
        Assert.Contains("about 6:40 min left", States()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void OnATerminal_TheBarStaysWhileTheRestGrows()
    {
        // Given
        using ProgressPrinter<Step> printer = Printer(interactive: true);

        // When
        Report(printer, 1, new Step("case", 0, 9), new Step("case_with_a_name", 1, 9) { Detail = "network" });
        Report(printer, 500, new Step("case_with_a_name_that_is_longer", 2, 9) { Detail = "network, tiles 33/120" });

        // Then
        Assert.All(States(), static s => Assert.StartsWith("work  [", s, StringComparison.Ordinal));
    }

    [Fact]
    public void OnATerminal_AWindowThatIsPulledSmaller_IsKeptToAtOnce()
    {
        // Given
        int columns = 100;
        using ProgressPrinter<Step> printer = new(new Terminal(_output, _output, interactive: true, width: 100, columns: () => columns), "work", static step => step, _clock);
        Step step = new("a_case_with_a_name_that_is_longer_than_most", 3, 9) { Detail = "network, tiles 33/120" };
        Report(printer, 200, step);

        // When
        columns = 50;
        Report(printer, 1, step);

        // Then: nothing that is printed now, spaces included, breaks into a second line
        Assert.True(States()[0].Length >= 50);
        Assert.True(States()[^1].Length < 50);
    }

    [Fact]
    public void LateReports_AreIgnored()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 40, new Step("b", 2, 4), new Step("a", 1, 4));

        Assert.Equal(["work: 2/4, b, 40 s so far, about 40 s left", "work: 2/4, b, 1:10 min so far, about 10 s left", ""], Lines());
    }

    [Fact]
    public void PartsOfAWork_HaveTheirOwnTitleAndTime()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 3, new Step("a", 1, 1, "reading"), new Step("b", 1, 2, "writing"), new Step("b", 2, 2, "writing"));

        Assert.Equal(["reading: 1/1 in 3.0 s", "writing: 2/2 in 6.0 s", ""], Lines());
    }

    [Fact]
    public void AWorkThatBeginsLater_CountsItsTimeFromThere()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 100, new Step("", 0, 2), new Step("a", 2, 2));

        Assert.Equal("work: 2/2 in 1:40 min", Lines()[^2]);
    }

    [Fact]
    public void ThePartsOfTheSameName_AreShownAgain()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 3, new Step("", 0, 1), new Step("a", 1, 1), new Step("", 0, 2), new Step("b", 2, 2));

        Assert.Equal(["work: 1/1 in 3.0 s", "work: 2/2 in 3.0 s", ""], Lines());
    }

    [Fact]
    public void WhatWasDoneBefore_DoesNotCountAsSpeed()
    {
        // Given a download of which 80 MB are there
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        // When
        printer.Report(new Step("", 80, 100) { Unit = " MB", Begins = true });
        Report(printer, 32, new Step("", 90, 100) { Unit = " MB" });
        _clock.Advance(TimeSpan.FromSeconds(30));

        // Then
        Assert.Equal(["work: 80/100 MB, 30 s so far", "work: 90/100 MB, 1:00 min so far, about 5 s left", ""], Lines());
    }

    [Fact]
    public void WhatHasNoKnownEnd_IsCounted()
    {
        using ProgressPrinter<Step> printer = Printer(interactive: false);

        Report(printer, 40, new Step("", 7, 0) { Unit = " MB" });

        Assert.Equal(["work: 7 MB, 40 s so far", ""], Lines());
    }

    [Fact]
    public void AfterTheEnd_NothingIsDrawnAnyMore()
    {
        // Given
        ProgressPrinter<Step> printer = Printer(interactive: true);
        printer.Report(new Step("a", 0, 2));
        _clock.Advance(TimeSpan.FromSeconds(2));

        // When
        printer.Dispose();
        string before = _output.ToString();
        _clock.Advance(TimeSpan.FromMinutes(2));

        // Then
        Assert.Equal(before, _output.ToString());
    }

    private ProgressPrinter<Step> Printer(bool interactive, int columns = 100) => new(new Terminal(_output, _output, interactive, columns), "work", static step => step, _clock);

    private string[] Lines() => _output.ToString().Split(Environment.NewLine);

    /// <summary>What stood on the changing line, one text a state.</summary>
    private string[] States() => _output.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);

    private void Report(ProgressPrinter<Step> printer, int seconds, params Step[] steps)
    {
        foreach (Step step in steps)
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            printer.Report(step);
        }
    }
}
