using System.CommandLine;
using System.Text.RegularExpressions;
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

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_FitsTheWidth(string name)
    {
        CommandDefinition command = CommandLine.Commands().Single(entry => entry.Key == name).Value;
        Assert.All((int[])[60, 80, 120], width =>
        {
            string help = new HelpText(width, Style.Plain).ForCommand(name, command, new CommonOptions());
            IEnumerable<string> lines = help.ReplaceLineEndings("\n").Split("\nExample")[0].Split('\n'); // examples are to be copied, so never broken
            Assert.All(lines.Where(static line => line.Trim().Contains(' ', StringComparison.Ordinal) && !line.StartsWith("  -", StringComparison.Ordinal)), line => Assert.True(line.Length <= width, line));
        });
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void LongLists_AreInGroupsThatHoldEachOptionOnce(string name)
    {
        CommandDefinition command = CommandLine.Commands().Single(entry => entry.Key == name).Value;
        Option[] options = [.. command.Symbols.OfType<Option>()];

        OptionGroup[] groups = [.. HelpText.GroupsOf(command)];

        Assert.Equal(options.Select(static o => o.Name).Order(), groups.SelectMany(static g => g.Options).Select(static o => o.Name).Order());
        Assert.All(groups, static group => Assert.True(group.Options.Count <= 12, $"{group.Title} has {group.Options.Count} options"));
    }

    [Fact]
    public void CommonOptions_AreExplainedOnceForAllCommands()
    {
        const string Explanation = "Folder of the raw data sets";

        Assert.Contains(Explanation, ProgramRun.Of("--help").Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Explanation, ProgramRun.Of("doctor", "--help").Output, StringComparison.Ordinal);
        Assert.Contains("--raw, --preprocessed, ", ProgramRun.Of("doctor", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_ChangeNothingButColours()
    {
        CommandDefinition command = CommandLine.Commands().Single(static entry => entry.Key == "nnUNet_train").Value;

        string coloured = new HelpText(80, Style.Coloured).ForCommand("nnUNet_train", command, new CommonOptions());

        Assert.Contains("\e[1mUsage:\e[0m", coloured, StringComparison.Ordinal);
        Assert.Equal(new HelpText(80, Style.Plain).ForCommand("nnUNet_train", command, new CommonOptions()), Regex.Replace(coloured, "\e\\[[0-9]+m", ""));
    }
}
