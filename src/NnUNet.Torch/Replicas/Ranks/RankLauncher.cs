using System.Diagnostics;
using NnUNet.Foundation;

namespace NnUNet.Torch.Replicas.Ranks;

/// <summary>Starts the ranks of a training on this host, and ends all of them where one is lost.</summary>
/// <param name="command">The command line of each rank.</param>
/// <param name="ranks">The number of ranks.</param>
/// <param name="settings">How long a rank may be silent.</param>
/// <param name="tell">Takes what happened to a rank, in a sentence.</param>
internal sealed class RankLauncher(RankCommand command, int ranks, RankSettings settings, Action<string> tell)
{
    /// <summary>
    /// How long ranks may take to stop at a safe place when they are asked to: an iteration, which takes long on a processor, and a checkpoint, which
    /// takes long on a slow disk. Whoever asks a second time ends them at once.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>How long the others may take to end once one is lost: they may wait for it for ever.</summary>
    public static readonly TimeSpan LostGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs the ranks by mpirun or mpiexec to their end.</summary>
    /// <param name="cancel">Asks the ranks, by SIGTERM, to stop at a safe place; after <see cref="Grace"/> they are ended.</param>
    /// <returns>The exit code of the whole, which is that of the leading rank where all have stopped at a safe place; null where no such program of a known MPI is in PATH.</returns>
    /// <remarks>
    /// The signal goes to the ranks and not to mpirun: that would kill them a second later, or, with
    /// <c>--mca odls_base_sigkill_timeout</c>, make every other end of the job wait as long. That a rank is silent the ranks find themselves.
    /// </remarks>
    public int? RunByMpi(CancellationToken cancel) => MpiProgram.Find() is { } program ? RunBy(program, cancel) : null;

    /// <summary>Runs the ranks by a program of MPI to their end.</summary>
    /// <inheritdoc cref="RunByMpi"/>
    public int RunBy(MpiProgram program, CancellationToken cancel)
    {
        using RankEnding ending = new();
        ProcessStartInfo start = program.Start(command, ranks);
        ending.HandTo(start.Environment);
        using Process process = Process.Start(start)!;
        using EndOfStarter starter = new(() => EndByMpi(process)); // as by a second Ctrl+C
        try
        {
            TimeSpan? end = null;
            while (!process.WaitForExit(LookEvery))
            {
                if (cancel.IsCancellationRequested && end is null)
                {
                    end = Now + Grace;
                    IReadOnlyList<int> found = UnixProcesses.Ranks(process.Id);
                    foreach (int rank in found.Count > 0 ? found : [process.Id]) UnixProcesses.Signal(rank, UnixProcesses.Terminate);
                }

                if (Now > end)
                {
                    tell(FormattableString.Invariant($"the ranks have not stopped within {Grace.TotalSeconds} s and are ended"));
                    EndByMpi(process);
                }
            }

            return ending.ExitCode(process.ExitCode);
        }
        finally
        {
            EndByMpi(process);
        }
    }

    /// <summary>Runs the ranks as processes that only this one joins, for NCCL without MPI, to their end.</summary>
    /// <param name="id">The identity by which NCCL joins them: this process must live as long as they.</param>
    /// <param name="cancel">Asks the ranks, by SIGTERM, to stop at a safe place; after <see cref="Grace"/> they are ended.</param>
    /// <returns>
    /// 0 where all ended so; else the exit code of the first that did not, 128 and the signal where it was killed by one, and
    /// <see cref="SilenceWatch.LostExitCode"/> where it was silent.
    /// </returns>
    /// <exception cref="ReplicaException">The command line cannot be started.</exception>
    public int Run(string? id, CancellationToken cancel)
    {
        using RankEnding ending = new();
        List<RankProcess> processes = [];
        using EndOfStarter starter = new(() => processes.ForEach(static process => process.Kill()));
        try
        {
            for (int rank = 0; rank < ranks; rank++) processes.Add(new RankProcess(command, rank, ranks, id, ending));
            return ending.ExitCode(Watch(processes, cancel));
        }
        finally
        {
            foreach (RankProcess process in processes) process.Dispose();
        }
    }

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    private static void EndByMpi(Process process)
    {
        if (process.HasExited) return;
        foreach (int rank in UnixProcesses.Ranks(process.Id)) UnixProcesses.Signal(rank, UnixProcesses.KillSignal);
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    private int Watch(List<RankProcess> processes, CancellationToken cancel)
    {
        SilenceWatch watch = SilenceWatch.OfStarting(ranks, settings.Timeout, Now);
        long[] signs = new long[ranks];
        TimeSpan? end = null;
        int? result = null;
        while (true)
        {
            foreach (RankProcess process in processes.Where(process => process.Signs != signs[process.Rank]))
            {
                signs[process.Rank] = process.Signs;
                watch.Hear(process.Rank, Now);
            }

            if (cancel.IsCancellationRequested && end is null)
            {
                end = Now + Grace;
                processes.ForEach(static process => process.Terminate());
            }

            int?[] exitCodes = [.. processes.Select(static process => process.ExitCode)]; // once a look: a rank may end between two questions
            if (result is null && Lost(exitCodes, watch) is { } lost)
            {
                result = lost.ExitCode;
                if (!cancel.IsCancellationRequested)
                {
                    tell(lost.Sentence);
                    end = Now + LostGrace;
                    processes.ForEach(static process => process.Terminate());
                }
            }

            if (Array.TrueForAll(exitCodes, static exitCode => exitCode is not null)) return result ?? 0;
            if (Now > end)
            {
                if (result is null) tell(FormattableString.Invariant($"the ranks have not stopped within {Grace.TotalSeconds} s and are ended"));
                result ??= SilenceWatch.LostExitCode;
                processes.ForEach(static process => process.Kill());
            }

            Thread.Sleep(LookEvery);
        }
    }

    private static (string Sentence, int ExitCode)? Lost(int?[] exitCodes, SilenceWatch watch)
    {
        string host = Environment.MachineName;
        int failed = Array.FindIndex(exitCodes, static exitCode => exitCode is not (null or 0));
        if (failed >= 0 && exitCodes[failed] is { } exitCode) return ($"rank {failed} on host {host} {UnixProcesses.Ending(exitCode)}", exitCode);

        return watch.Look(Enumerable.Range(0, exitCodes.Length).Where(rank => exitCodes[rank] is null), Now) is { } silent
            ? (SilenceWatch.Sentence(silent, host, watch.LimitOf(silent)), SilenceWatch.LostExitCode)
            : null;
    }

    /// <summary>Does something where this process ends while its ranks run, in whatever way but by being killed.</summary>
    private sealed class EndOfStarter : IDisposable
    {
        private readonly Action _end;

        public EndOfStarter(Action end)
        {
            _end = end;
            AppDomain.CurrentDomain.ProcessExit += OnExit;
            ProcessEnd.Leaving += end;
        }

        public void Dispose()
        {
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
            ProcessEnd.Leaving -= _end;
        }

        private void OnExit(object? sender, EventArgs arguments) => _end();
    }
}
