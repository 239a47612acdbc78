using System.Diagnostics;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>The command line of each rank.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record RankCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string SessionProgram = "setsid";

    /// <summary>This program with other arguments: its own file, or <c>dotnet</c> with its assembly.</summary>
    /// <param name="assembly">The path of the program's assembly, for where it runs as <c>dotnet ASSEMBLY</c>.</param>
    /// <param name="arguments">The arguments.</param>
    public static RankCommand OfThisProgram(string assembly, IReadOnlyList<string> arguments)
    {
        string file = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(file) == "dotnet" ? new RankCommand(file, [assembly, .. arguments]) : new RankCommand(file, arguments);
    }

    /// <summary>
    /// How to start it in a session of its own where the system can (util-linux): Ctrl+C in the terminal then reaches the starter only, which
    /// passes it on once. A program that gets it twice, from the terminal and from its starter, stops at once and saves nothing.
    /// </summary>
    public ProcessStartInfo ForSession()
    {
        string? session = ProgramPath.Find(SessionProgram);
        return new ProcessStartInfo(session ?? File, session is null ? Arguments : [File, .. Arguments]) { UseShellExecute = false };
    }
}
