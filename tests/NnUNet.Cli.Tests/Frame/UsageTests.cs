namespace NnUNet.Cli.Tests.Frame;

public sealed class UsageTests
{
    [Theory]
    [InlineData("doctr", "there is no command \"doctr\"; did you mean doctor?")]
    [InlineData("xyzzy", "there is no command \"xyzzy\"; known are ")]
    public void UnknownCommand_NamesTheNearestOne(string given, string expected)
    {
        ProgramRun run = ProgramRun.Of(given);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void UnknownCommandWithHelp_IsStillUnknown() => Assert.Equal(2, ProgramRun.Of("doctr", "--help").ExitCode);

    [Theory]
    [InlineData("there is no option --rwa; did you mean --raw?", "doctor", "--rwa", "x")]
    [InlineData("there is no option --wrokspace; did you mean --workspace?", "--wrokspace", "x", "doctor")]
    [InlineData("there is no option --work; did you mean --workspace?", "doctor", "--work=x")]
    [InlineData("there is no option --zzzz; known are --raw, ", "doctor", "--zzzz")]
    [InlineData("--raw needs a value: DIR", "doctor", "--raw")]
    [InlineData("--raw is given more than once", "doctor", "--raw", "a", "--raw", "b")]
    [InlineData("\"x\" is one value too many", "doctor", "x")]
    public void WrongOption_SaysWhatWasMeant(string expected, params string[] args)
    {
        ProgramRun run = ProgramRun.Of(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NoCommand_PrintsTheHelpAndFails()
    {
        ProgramRun run = ProgramRun.Of();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Usage: nnunet COMMAND", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_IsPrinted()
    {
        ProgramRun run = ProgramRun.Of("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^nnunet \d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public void CommonOption_MayStandBeforeTheCommand()
    {
        string folder = Path.Combine(Path.GetTempPath(), "before");

        ProgramRun run = ProgramRun.Of("--workspace", folder, "doctor");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(Path.Combine(folder, "raw") + Environment.NewLine, run.Output, StringComparison.Ordinal);
    }
}
