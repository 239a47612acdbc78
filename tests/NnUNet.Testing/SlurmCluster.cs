using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace NnUNet.Testing;

/// <summary>A Slurm of one node in a folder of its own, reachable from this machine only, for as long as a test runs.</summary>
public sealed class SlurmCluster : IDisposable
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo"];
    private static readonly string[] Places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly List<ChildProgram> _services = [];

    /// <summary>Starts it, and returns when the node takes jobs.</summary>
    public SlurmCluster()
    {
        Directory.CreateDirectory(_folder["state"]);
        Directory.CreateDirectory(_folder["spool"]);
        File.WriteAllBytes(_folder["munge.key"], RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Configuration, Text());
        _services.Add(ChildProgram.Start("munged", "--foreground", "--force", $"--socket={Socket}", $"--key-file={_folder["munge.key"]}", $"--log-file={_folder["munged.log"]}", $"--pid-file={_folder["munged.pid"]}", $"--seed-file={_folder["munged.seed"]}"));
        _services.Add(Service("slurmctld"));
        _services.Add(Service("slurmd"));
        WaitUntil(() => Run("sinfo", "--noheader", "--format=%T").Output.Contains("idle", StringComparison.Ordinal), Patience, "its node takes jobs");
    }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Missing
    {
        get
        {
            if (!OperatingSystem.IsLinux()) return "Slurm is for Linux";
            if (Environment.UserName != "root") return "the service of a Slurm node runs as root";
            string[] missing = [.. Programs.Where(static p => !Places.Any(place => File.Exists(Path.Combine(place, p))))];
            return missing.Length == 0 ? null : $"Slurm is not installed (Debian's slurm-wlm and munge): there is no {string.Join(", ", missing)}";
        }
    }

    /// <summary>The file that <c>SLURM_CONF</c> names to those who use this cluster.</summary>
    public string Configuration => _folder["slurm.conf"];

    /// <summary>The numbers and states of the jobs that are in the queue.</summary>
    public string[] Queue => Run("squeue", "--noheader", "--array", "--format=%i %T").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string Socket => _folder["munge.socket"];

    /// <summary>Runs a program that uses this cluster to its end.</summary>
    public ProgramResult Run(string file, params string[] args) => ChildProgram.Run(Used(new ProcessStartInfo(file, args)));

    /// <summary>Waits until a condition holds; fails the test with the logs of the jobs' folder where that takes too long.</summary>
    public void WaitUntil(Func<bool> condition, TimeSpan patience, string what)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > patience)
            {
                string[] logs = [.. ((string[])["slurmctld.log", "slurmd.log"]).Select(name => _folder[name]).Where(File.Exists).SelectMany(static log => File.ReadLines(log).TakeLast(15))];
                Assert.Fail($"Slurm is not there within {patience} that {what}; in the queue: {string.Join(", ", Queue)}{Environment.NewLine}{string.Join(Environment.NewLine, logs)}");
            }

            Thread.Sleep(100);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Jobs first: their processes are no children of the services.
        Run("scancel", "--user=root");
        long begin = Stopwatch.GetTimestamp();
        while (Queue.Length > 0 && Stopwatch.GetElapsedTime(begin) < Patience) Thread.Sleep(100);
        foreach (ChildProgram service in Enumerable.Reverse(_services)) service.Dispose();
        _folder.Dispose();
    }

    private ChildProgram Service(string name) => ChildProgram.Start(Used(new ProcessStartInfo(name, ["-D"])));

    private ProcessStartInfo Used(ProcessStartInfo start)
    {
        start.Environment["SLURM_CONF"] = Configuration;
        return start;
    }

    private string Text()
    {
        string name = Environment.MachineName.Split('.')[0], cores = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);

        // A job that is queued again begins when its credential is over, by default after two minutes.
        return $"""
            ClusterName=test
            SlurmctldHost={name}(127.0.0.1)
            SlurmUser=root
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            AuthType=auth/munge
            AuthInfo=socket={Socket},cred_expire=5
            CredType=cred/munge
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool"]}
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd.pid"]}
            SlurmctldLogFile={_folder["slurmctld.log"]}
            SlurmdLogFile={_folder["slurmd.log"]}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            ReturnToService=2
            JobAcctGatherType=jobacct_gather/none
            MpiDefault=none
            NodeName={name} NodeAddr=127.0.0.1 CPUs={cores} State=UNKNOWN
            PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """;
    }

    private static string FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
