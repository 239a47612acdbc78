using System.Diagnostics;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>The command line of each rank.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record RankCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string SessionProgram = "setsid";

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
