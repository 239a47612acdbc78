using System.Diagnostics;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Ranks on two hosts that mpirun joins over TCP: here two names of this machine, each in a namespace of Linux.</summary>
[Collection(RanksRun.Tests)]
public sealed class RanksOnHostsTests(RanksRun run)
{
    /// <summary>In the place of ssh: AGENT HOST COMMAND…</summary>
    private const string Agent = """
        #!/bin/sh
        host=$1; shift
        exec unshare --uts sh -c 'hostname "$0" && exec sh -c "$1"' "$host" "$*"

        """;

    private static readonly string[] Network = ["--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", "lo", "--mca", "oob_tcp_if_include", "lo"];

    [SkippableFact]
    public void RanksOnTwoHosts_TrainTogether_AndALostOneIsToldWithItsHost()
    {
        // Given hosts whose ranks compute with as many threads as two on one host do, since sums depend on that
        RanksRun.SkipWithoutMpi();
        SkipWithoutHosts();
        string[] hosts = ["--mca", "plm_rsh_agent", $"sh {WriteAgent()}", .. Network, "--host", "ward3:1,ward4:1", "-n", "2", "-x", $"OMP_NUM_THREADS={Math.Max(1, OperationThreads.Default / 2)}"];
        string[] command = RanksRun.OfLength("nnUNet_train_DDP", "--dbs");

        // When one training is left in peace, and of another a rank is killed
        ProgramResult sound, lost;
        using (ChildProgram program = run.StartByMpirun("hosts", hosts, command)) sound = program.WaitForEnd(RanksRun.Limit);
        string moment = run["hosts.moment"];
        string[] handsOn = ["-x", RankTrainer.FaultVariable];
        using (ChildProgram program = run.StartByMpirun("lost", [.. hosts, .. handsOn], command, $"KILL 1 {moment}")) lost = program.WaitForEnd(RanksRun.Limit);

        // Then
        Assert.Contains("1 on ward3, 1 on ward4): a batch of 3 as 2 + 1", sound.MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(RanksRun.Tensors(run.Undisturbed), RanksRun.Tensors(run.Fold("hosts")));
        Assert.Equal(137, lost.ExitCode);
        Assert.Matches("rank 1 .*on (host|node) ward4", lost.Error);
        Assert.True(File.Exists(moment));
    }

    private static void SkipWithoutHosts()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "a second host is stood for by a namespace of Linux");
        using Process unshare = Process.Start(new ProcessStartInfo("sh", ["-c", "unshare --uts hostname ward3"]) { RedirectStandardError = true })!;
        unshare.WaitForExit();
        Skip.If(unshare.ExitCode != 0, "namespaces for names of hosts are not allowed here (unshare --uts, as root)");
    }

    private string WriteAgent()
    {
        string agent = run["agent"];
        File.WriteAllText(agent, Agent);
        return agent;
    }
}
