using System.CommandLine;
using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. ProgramRun.CommandNames];

    [Fact]
    public void ProgramHelp_ListsEveryCommand()
    {
        ProgramRun run = ProgramRun.Of("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(ProgramRun.CommandNames, name => Assert.Contains($"\n  {name} ", run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void CommandHelp_ExplainsEveryArgumentAndOption(string name)
    {
        IReadOnlyList<Symbol> symbols = CommandLine.Commands().Single(entry => entry.Key == name).Value.Symbols;

        ProgramRun run = ProgramRun.Of(name, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(symbols, symbol => Assert.Contains(symbol.Name, run.Output, StringComparison.Ordinal));
        Assert.All(symbols, symbol => Assert.False(string.IsNullOrWhiteSpace(symbol.Description), $"{name} {symbol.Name} has no explanation"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void ShortHelp_IsTheSame(string name) => Assert.Equal(ProgramRun.Of(name, "--help").Output, ProgramRun.Of(name, "-h").Output);

    [Theory]
    [MemberData(nameof(Commands))]
    public void UnknownOption_IsRefusedByEveryCommand(string name) => Assert.Equal(2, ProgramRun.Of(name, "--workspce", "x").ExitCode);

    [Fact]
    public void Help_FitsTheWidth() =>
        Assert.All(ProgramRun.Of("doctor", "--help").Output.Split('\n'), static line => Assert.True(line.TrimEnd('\r').Length <= 100, line));
}
