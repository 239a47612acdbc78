using NnUNet.Cli.Frame;
using NnUNet.Core;

namespace NnUNet.Cli.Tests.Frame;

public sealed class TerminalTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("患者", 4)]
    [InlineData("e\u0301te\u0301", 3)]
    [InlineData("größe", 5)]
    public void TextWidth_CountsColumns(string text, int expected) => Assert.Equal(expected, TextWidth.Of(text));

    [Theory]
    [InlineData("abcdef", 3, "abc")]
    [InlineData("患者海", 5, "患者")]
    [InlineData("ab", 5, "ab")]
    public void Cut_KeepsWholeCharacters(string text, int columns, string expected) => Assert.Equal(expected, TextWidth.Cut(text, columns));

    [Fact]
    public void Tables_AreStraightWithWideCharacters() => Assert.Equal(
        ["  label  Dice", "  -----------", "  患者    0.5", "  e\u0301te\u0301       -"],
        TextTable.Format([["label", "Dice"], ["患者", "0.5"], ["e\u0301te\u0301", "-"]]).ReplaceLineEndings("\n").Split('\n'));

    [Fact]
    public void WhatCannotBeWritten_IsRememberedAndDisturbsNothing()
    {
        using StringWriter error = new();
        Terminal terminal = new(new FullWriter(), error, interactive: true, width: 80);

        terminal.Line("lost");
        terminal.Status("lost too");
        terminal.ClearStatus();
        terminal.ErrorLine("told");

        Assert.Equal("No space left on device", terminal.OutputFault);
        Assert.Equal($"told{Environment.NewLine}", error.ToString());
    }

    [Fact]
    public void AnErrorStreamThatIsFull_DisturbsNothing()
    {
        using StringWriter output = new();
        Terminal terminal = new(output, new FullWriter(), interactive: false, width: 80);

        terminal.ErrorLine("lost");
        terminal.Line("told");

        Assert.Equal($"told{Environment.NewLine}", output.ToString());
        Assert.Null(terminal.OutputFault);
    }

    [Fact]
    public void TheWayToStop_IsToldOnceInLongWork()
    {
        // Given
        using StringWriter output = new();
        Clock clock = new();
        Terminal terminal = new(output, TextWriter.Null, interactive: true, width: 80);
        terminal.HintOnce("Ctrl+C stops.", clock);

        // When: short work, then long work
        terminal.Status("a");
        clock.Advance(Terminal.HintPause - TimeSpan.FromSeconds(1));
        terminal.Status("b");
        string early = output.ToString();
        clock.Advance(TimeSpan.FromSeconds(1));
        terminal.Status("c");
        clock.Advance(Terminal.HintPause);
        terminal.Block(["d"]);

        // Then
        Assert.DoesNotContain("Ctrl+C", early, StringComparison.Ordinal);
        Assert.Equal(1, output.ToString().Split("Ctrl+C stops." + Environment.NewLine).Length - 1);
    }

    [Fact]
    public void TheWayToStop_StandsAboveATable()
    {
        using StringWriter output = new();
        Clock clock = new();
        Terminal terminal = new(output, TextWriter.Null, interactive: true, width: 80);
        terminal.HintOnce("Ctrl+C stops.", clock);

        terminal.Block(["one", "two"]);
        clock.Advance(Terminal.HintPause);
        terminal.Block(["one", "two"]);

        string nl = Environment.NewLine;
        Assert.Equal($"one{nl}two{nl}\e[2A\e[JCtrl+C stops.{nl}one{nl}two{nl}", output.ToString());
    }

    [Theory]
    [InlineData("nnunet: no", "\e[31mnnunet:\e[0m no")]
    [InlineData("warning: odd", "\e[33mwarning:\e[0m odd")]
    [InlineData("See nnunet --help.", "See nnunet --help.")]
    public void Faults_BeginInColour(string line, string expected) => Assert.Equal((expected, line), (Style.Coloured.Fault(line), Style.Plain.Fault(line)));

    [Theory]
    [InlineData(null, "xterm", true, false)]
    [InlineData("", "xterm", true, false)]
    [InlineData("1", "xterm", false, false)]
    [InlineData(null, "dumb", true, true)]
    public void NoColorAndTerm_AreRespected(string? noColor, string term, bool colour, bool dumb) =>
        Assert.Equal(new TerminalSettings(colour, dumb), TerminalSettings.Read(name => name == "NO_COLOR" ? noColor : name == "TERM" ? term : null));

    [Fact]
    public void ATerminalOfMpirun_IsNoWindow() => Assert.True(TerminalSettings.Read(static name => name switch { "TERM" => "xterm", "OMPI_COMM_WORLD_RANK" => "0", _ => null }).Dumb);

    private sealed class FullWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("No space left on device");

        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
