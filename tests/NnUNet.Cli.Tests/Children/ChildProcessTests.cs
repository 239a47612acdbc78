using System.Diagnostics;
using NnUNet.Cli.Children;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Tests.Children;

/// <summary>Children that are scripts of a shell.</summary>
public sealed class ChildProcessTests : IDisposable
{
    private readonly CancellationTokenSource _cancel = new(TimeSpan.FromMinutes(5));
    private readonly List<string> _told = [];

    public void Dispose() => _cancel.Dispose();

    [SkippableFact]
    public void Run_FollowsReportsToTheEnd_AndKeepsOtherWords()
    {
        EndOfChild end = Run("""
            read work
            echo "{\"Kind\":\"got\",\"Value\":$work}"
            echo "printed by a plug-in"
            echo "said on the error stream" >&2
            echo '{"Kind":"end","Value":{"ExitCode":1,"Error":{"Message":"no","Where":"a","What":"b","Remedy":"c","Faults":[]}}}'
            exit 1
            """);

        Assert.Equal(["got {\"Cases\":[\"x\"]}"], _told);
        Assert.Equal(1, end.ExitCode);
        Assert.Equal(("a", "b", "c"), (end.Error!.Where, end.Error.What, end.Error.Remedy));
        Assert.Contains("printed by a plug-in", end.LastWords, StringComparison.Ordinal);
        Assert.Contains("said on the error stream", end.LastWords, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Run_AChildThatIsKilled_EndsWithItsSignal()
    {
        EndOfChild end = Run("kill -KILL $$");

        Assert.Equal(137, end.ExitCode);
        Assert.Null(end.Error);
    }

    [SkippableFact]
    public void Run_Cancelled_EndsTheChildsInput_AndWaitsForIt()
    {
        using CancellationTokenSource stop = new();

        EndOfChild end = Run(
            """
            read work
            echo '{"Kind":"ready","Value":0}'
            while read more; do :; done
            echo '{"Kind":"saved","Value":1}'
            exit 130
            """,
            line =>
            {
                if (line.Kind == "ready") stop.Cancel();
            },
            stop.Token);

        Assert.True(end.IsInterrupted);
        Assert.Equal(["ready 0", "saved 1"], _told);
    }

    [Fact]
    public void Run_AProgramThatDoesNotStart_IsAnErrorForPeople()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => ChildProcess.Run(Streams(new ProcessStartInfo(Path.Combine(Path.GetTempPath(), "there is no such program"))), new { }, static _ => { }, default));

        Assert.Contains("cannot start itself", error.Message, StringComparison.Ordinal);
    }

    private static ProcessStartInfo Streams(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        return start;
    }

    private EndOfChild Run(string script, Action<ChildLine>? more = null, CancellationToken? cancel = null)
    {
        Skip.If(OperatingSystem.IsWindows(), "the children are scripts of a POSIX shell");
        return ChildProcess.Run(
            Streams(new ProcessStartInfo("/bin/sh", ["-c", script])),
            new { Cases = (string[])["x"] },
            line =>
            {
                _told.Add($"{line.Kind} {line.Value.GetRawText()}");
                more?.Invoke(line);
            },
            cancel ?? _cancel.Token);
    }
}
