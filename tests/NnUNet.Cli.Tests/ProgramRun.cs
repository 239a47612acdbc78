using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests;

/// <summary>One run of the program inside the test's process.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    public static ProgramRun Of(params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = CommandLine.Run(args, new Terminal(output, error, interactive: false, width: 100));
        return new ProgramRun(exitCode, output.ToString(), error.ToString());
    }

    public static IReadOnlyList<string> CommandNames { get; } = [.. CommandLine.Commands().Select(static entry => entry.Key)];
}
