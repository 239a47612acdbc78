using System.ComponentModel;
using System.Diagnostics;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>Slurm's programs: <c>sbatch</c>, <c>squeue</c>, <c>sacct</c>, <c>scancel</c>.</summary>
/// <param name="folder">Where they are; null where the system finds them.</param>
internal sealed class SlurmPrograms(string? folder = null)
{
    private const string SubmitProgram = "sbatch";

    /// <summary>Against a controller that does not answer; it gives up by itself before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Submits a script.</summary>
    /// <param name="script">The script's file.</param>
    /// <param name="after">Numbers of jobs and elements that must have succeeded before.</param>
    /// <returns>The job's number.</returns>
    /// <exception cref="DescribedException">There is no Slurm here, or it refuses the job.</exception>
    internal string Submit(string script, IReadOnlyCollection<string> after)
    {
        string[] dependency = after.Count == 0 ? [] : [$"--dependency=afterok:{string.Join(':', after)}", "--kill-on-invalid-dep=yes"];
        (int exitCode, string output, string error) = Run(SubmitProgram, ["--parsable", .. dependency, script])
            ?? throw new DescribedException(SubmitProgram, "there is no such program on this machine, so there is no Slurm to submit to", "submit on a node of the cluster that has it, or see the scripts with --dry-run");

        // Of several clusters the answer is NUMBER;CLUSTER.
        string id = output.Trim().Split(';')[0];
        return exitCode == 0 && id.Length > 0 && id.All(char.IsAsciiDigit)
            ? id
            : throw new DescribedException(
                $"{SubmitProgram} {script}", $"Slurm refuses the job: {OneLine(error.Length > 0 ? error : output)}", "change the options for the cluster, and submit again: what is submitted already stays so");
    }

    /// <summary>What Slurm knows of jobs by their names: those in the queue, and for some minutes those that have ended.</summary>
    /// <exception cref="DescribedException">There is no Slurm here, or it does not answer.</exception>
    internal IReadOnlyList<QueueEntry> Queue(IEnumerable<string> names)
    {
        (int exitCode, string output, string error) = Run("squeue", ["--noheader", "--array", "--states=all", $"--name={string.Join(',', names)}", "--format=%F|%K|%T|%r"])
            ?? throw new DescribedException("squeue", "there is no such program on this machine", "look on a node of the cluster");
        return exitCode == 0
            ? [.. output.Split('\n').Select(QueueEntry.OfQueue).OfType<QueueEntry>()]
            : throw new DescribedException("squeue", OneLine(error), "ask those who run the cluster whether Slurm is well, or try later");
    }

    /// <summary>How jobs ended that the queue has forgotten; none where the cluster keeps no accounts.</summary>
    internal IReadOnlyList<QueueEntry> Accounts(IEnumerable<string> ids) =>
        Run("sacct", ["--noheader", "--allocations", "--parsable2", "--format=JobID,State", $"--jobs={string.Join(',', ids)}"]) is (0, var output, _)
            ? [.. output.Split('\n').Select(QueueEntry.OfAccounting).OfType<QueueEntry>()]
            : [];

    /// <summary>Takes jobs and elements out of the queue.</summary>
    /// <exception cref="DescribedException">That is refused.</exception>
    internal void Cancel(IReadOnlyCollection<string> ids)
    {
        if (ids.Count == 0) return;
        if (Run("scancel", ids) is not { } ended) throw new DescribedException("scancel", "there is no such program on this machine", "submit on a node of the cluster that has it");
        if (ended.ExitCode != 0) throw new DescribedException("scancel", OneLine(ended.Error), $"take {string.Join(", ", ids)} out of the queue by hand, and submit again");
    }

    /// <summary>Runs a program to its end; null where there is none.</summary>
    private (int ExitCode, string Output, string Error)? Run(string name, IEnumerable<string> words)
    {
        ProcessStartInfo start = new(folder is null ? name : Path.Combine(folder, name), words) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new DescribedException(name, $"it has not answered for {Patience.TotalMinutes:0} minutes", "ask those who run the cluster whether Slurm is well, or try later");
            }

            return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (Win32Exception e) when (e.NativeErrorCode is 2 or 20) // ENOENT, ENOTDIR
        {
            return null;
        }
    }

    private static string OneLine(string text) => string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');
}
