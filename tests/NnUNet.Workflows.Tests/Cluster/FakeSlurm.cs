using System.Diagnostics;
using NnUNet.Testing;
using NnUNet.Workflows.Cluster;

namespace NnUNet.Workflows.Tests.Cluster;

/// <summary>Programs of Slurm's names that note how they are called, and answer what a test has written down for them.</summary>
internal sealed class FakeSlurm : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FakeSlurm()
    {
        // Numbers from 101 on, as long as no refusal is written down.
        Write("sbatch", "if [ -s \"$here/refusal\" ]; then cat \"$here/refusal\" >&2; exit 1; fi; n=$(cat \"$here/number\" 2>/dev/null || echo 100); n=$((n + 1)); echo $n > \"$here/number\"; echo $n");
        Write("squeue", "cat \"$here/queue\" 2>/dev/null; exit 0");
        Write("sacct", "if [ -e \"$here/accounts\" ]; then cat \"$here/accounts\"; else echo 'Slurm accounting storage is disabled' >&2; exit 1; fi");
        Write("scancel", "exit 0");
        Write("scontrol", "exit 0");
    }

    /// <summary>The folder of the programs.</summary>
    public string Folder => _folder.Root;

    public SlurmPrograms Programs => new(Folder);

    /// <summary>What <c>squeue</c> prints.</summary>
    public string Queue
    {
        set => File.WriteAllText(_folder["queue"], value);
    }

    /// <summary>What <c>sacct</c> prints.</summary>
    public string Accounts
    {
        set => File.WriteAllText(_folder["accounts"], value);
    }

    /// <summary>What <c>sbatch</c> says on its error stream; empty where it takes the job.</summary>
    public string Refusal
    {
        set => File.WriteAllText(_folder["refusal"], value);
    }

    /// <summary>The calls so far that change something, in their order.</summary>
    public string[] Calls => File.Exists(_folder["calls"])
        ? [.. File.ReadLines(_folder["calls"]).Where(static line => !line.StartsWith("squeue", StringComparison.Ordinal) && !line.StartsWith("sacct", StringComparison.Ordinal))]
        : [];

    /// <summary>Makes a program.</summary>
    public void Write(string name, string body)
    {
        File.WriteAllText(_folder[name], $"#!/bin/bash\nhere='{_folder.Root}'\necho \"{name} $*\" >> \"$here/calls\"\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A job's script as Slurm starts it, with these programs and as element 3 of job 7.</summary>
    public ChildProgram Start(string script, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new("bash", [script]);
        start.Environment["PATH"] = $"{Folder}:{start.Environment["PATH"]}";
        start.Environment["SLURM_ARRAY_JOB_ID"] = "7";
        start.Environment["SLURM_ARRAY_TASK_ID"] = "3";
        start.Environment["SLURM_JOB_ID"] = "10";
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        return ChildProgram.Start(start);
    }

    public void Dispose() => _folder.Dispose();
}
