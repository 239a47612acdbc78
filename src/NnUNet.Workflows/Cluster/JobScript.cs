using System.Globalization;
using NnUNet.Core;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>A job's script: directives of Slurm, the surroundings of the program, its call, and what happens when it ends.</summary>
/// <remarks>
/// A script can be read, edited and submitted by hand. A job that is at the end of its time, or was killed, is queued again under
/// its own number, so that the jobs that wait for it go on waiting; the program goes on from what it saved. That is done only
/// where something was saved since the run began: what cannot get on would else be queued again for ever.
/// </remarks>
internal sealed record JobScript
{
    /// <summary>Stands in <see cref="Results"/> and <see cref="Command"/> for the number of the element.</summary>
    public const string ElementVariable = "\"$element\"";

    private const string Functions =
        """
        # What the work leaves, to see at the end whether this run got anywhere.
        saved() { { find "$results" -type f -name "$pattern" -printf '%p %T@\n' 2>/dev/null || true; } | sort; }

        # Slurm says with SIGTERM that the job must end. This shell hands it on to the program, which saves what it has and ends.
        signals=0 child=
        trap 'signals=$((signals + 1)); hand_on' TERM

        # Runs the program beside this shell, which would not hear the signal otherwise. Its exit code is in $code.
        run() {
          local heard status
          "$@" &
          child=$! code=127
          while true; do
            heard=$signals status=0
            wait "$child" || status=$?
            if [ "$status" != 127 ]; then code=$status; fi
            if [ "$signals" = "$heard" ]; then break; fi # otherwise the signal has ended the waiting, not the program
          done
          child=
        }

        # Ends the job, or queues it again under its number, in whose place what waits for it goes on waiting.
        finish() {
          local why=
          case $code in
            0) exit 0 ;;
            75) why="the time of --max-time is over" ;;
            *)
              if [ "$signals" -gt 0 ]; then
                # Slurm warns of the time limit while the job runs; a job that somebody cancels runs no more.
                if [ "$(squeue --noheader --jobs="$job" --format=%T || true)" = RUNNING ]; then why="the queue's time limit is near"; fi
              elif [ "$code" = 137 ]; then
                why="the program was killed, perhaps for want of memory"
              fi ;;
          esac
          if [ -z "$why" ]; then exit "$code"; fi
          if [ "$(saved)" = "$before" ]; then
            echo "Not queued again: $why, but nothing was saved since this run began. Give it more time or memory." >&2
            exit "$code"
          fi
          if [ "${SLURM_RESTART_COUNT:-0}" -ge "$most_restarts" ]; then
            echo "Not queued again: $why, and it was queued again $most_restarts times." >&2
            exit "$code"
          fi
          echo "Queued again, to go on from what was saved: $why."
          scontrol requeue "$job"
          exit "$code"
        }
        """;

    /// <summary>What the job does, in a sentence without its full stop.</summary>
    public required string Title { get; init; }

    /// <summary>The script's file, for the comment that tells how to submit it.</summary>
    public required string FileName { get; init; }

    /// <summary>The name in the queue.</summary>
    public required string JobName { get; init; }

    /// <summary>The folder of the logs.</summary>
    public required string LogFolder { get; init; }

    /// <summary>Names of the jobs that it waits for.</summary>
    public ValueArray<string> After { get; init; } = [];

    /// <summary>The three folders.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>How the program is called.</summary>
    public required ProgramCall Program { get; init; }

    /// <summary>What it asks of the cluster.</summary>
    public required JobResources Resources { get; init; }

    /// <summary>Whether it computes on the devices of <see cref="JobResources.Gres"/>.</summary>
    public bool UsesDevices { get; init; }

    /// <summary>Whether it is the several processes of <see cref="JobResources.Nodes"/> and <see cref="JobResources.Ranks"/>.</summary>
    public bool IsDistributed { get; init; }

    /// <summary>The folder of what is saved on the way, as a word of the shell.</summary>
    public required string Results { get; init; }

    /// <summary>Which files there are saved on the way.</summary>
    public string Pattern { get; init; } = "*";

    /// <summary>Folders beside those of the workspace that a container must see, to be read or written.</summary>
    public ValueArray<string> OtherFolders { get; init; } = [];

    /// <summary>The command with its options, as words of the shell.</summary>
    public required string Command { get; init; }

    /// <summary>A folder that must be there before the work; null for none.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>The script.</summary>
    /// <param name="elements">Numbers of the array's elements; none for a job that is no array.</param>
    public string Text(IReadOnlyList<int> elements) => string.Concat(
        ((IEnumerable<string>)
        [
            .. Head(elements),
            .. Resources.Setup.Length == 0 ? Array.Empty<string>() : ["", "# The preparation that --setup names.", Resources.Setup.ReplaceLineEndings("\n")],
            "",
            "set -euo pipefail",
            .. elements.Count > 0 ? ["element=$SLURM_ARRAY_TASK_ID"] : Array.Empty<string>(),
            "job=${SLURM_ARRAY_JOB_ID:-${SLURM_JOB_ID:-}}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}",
            "most_restarts=200",
            "",
            .. Folders(),
            "",
            .. Resources.Container is { } image ? ContainerLines(image) : ProgramLines(),
            "",
            "# As many threads as Slurm gives it cores.",
            IsDistributed ? "cores=${SLURM_CPUS_PER_TASK:-1}" : "cores=${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-}}",
            "if [ -n \"$cores\" ]; then export DOTNET_PROCESSOR_COUNT=$cores; fi",
            "",
            $"results={Results}",
            $"pattern={ShellWord.Of(Pattern)}",
            "",
            Functions.ReplaceLineEndings("\n"),
            "",
            IsDistributed
                ? "hand_on() { scancel --signal=TERM \"$job\" || true; } # to the processes of srun, which itself would end them at once"
                : "hand_on() { if [ -n \"$child\" ]; then kill -TERM \"$child\" 2>/dev/null || true; fi; }",
            "",
            "# The work.",
            "before=$(saved)",
            .. IsDistributed ? DistributedCall() : [$"run \"${{nnunet[@]}}\" {Command}{Options}"],
            "finish",
        ]).Select(static line => line + "\n"));

    private string Options => Program.Options.Count == 0 ? "" : " " + ShellWord.Line(Program.Options);

    private IEnumerable<string> Head(IReadOnlyList<int> elements)
    {
        string dependency = After.Count == 0 ? "" : $"--dependency=afterok:{string.Join(':', After.Select(static name => $"ID_OF_{name}"))} ";
        yield return "#!/bin/bash";
        yield return $"# {Title}.";
        yield return "# Written by nnunet submit, which writes it anew when it submits this job again. By hand:";
        yield return $"#   sbatch {dependency}{FileName}";
        foreach ((string option, string? value) in Directives(elements))
        {
            if (value is not null) yield return $"#SBATCH --{option}={value}";
        }

        yield return "#SBATCH --requeue";
    }

    private IEnumerable<string> Folders()
    {
        yield return "# The three folders.";
        yield return $"export nnUNet_raw_data_base={ShellWord.Of(Workspace.Raw)}";
        yield return $"export nnUNet_preprocessed={ShellWord.Of(Workspace.Preprocessed)}";
        yield return $"export RESULTS_FOLDER={ShellWord.Of(Workspace.Results)}";
        if (OutputFolder is not null) yield return $"mkdir -p {ShellWord.Of(OutputFolder)}";
    }

    private IEnumerable<string> ProgramLines()
    {
        yield return "# The program.";
        if (Program.DotnetRoot is { } root) yield return $"if [ -z \"${{DOTNET_ROOT:-}}\" ]; then export DOTNET_ROOT={ShellWord.Of(root)}; fi";
        yield return $"nnunet=({ShellWord.Line(Program.Words)})";
    }

    private IEnumerable<string> ContainerLines(string image)
    {
        string devices = UsesDevices && Resources.Gres?.Contains("gpu", StringComparison.OrdinalIgnoreCase) == true ? " --nv" : "";
        string[] folders = [Workspace.Raw, Workspace.Preprocessed, Workspace.Results, .. OtherFolders, .. Program.Files.Select(static f => Path.GetDirectoryName(f)!)];
        yield return "# The program in its container, which sees the folders under the same names.";
        yield return "runtime=$(command -v apptainer || command -v singularity) || { echo \"There is neither apptainer nor singularity on this node.\" >&2; exit 1; }";
        yield return "mkdir -p \"$nnUNet_preprocessed\" \"$RESULTS_FOLDER\"";
        yield return $"nnunet=(\"$runtime\" exec{devices}{string.Concat(folders.Distinct(StringComparer.Ordinal).Select(static f => $" --bind {ShellWord.Of(f)}"))} {ShellWord.Of(image)} nnunet)";
    }

    private IEnumerable<string> DistributedCall()
    {
        // srun takes the cores of a task from no variable that sbatch sets.
        string cores = Resources.Cpus is { } cpus ? $" --cpus-per-task={Number(cpus)}" : "";
        yield return "begun=";
        yield return "if [ -n \"$before\" ]; then begun=-c; fi # what was begun goes on";
        yield return $"run srun --mpi=pmix --kill-on-bad-exit=1{cores} \"${{nnunet[@]}}\" {Command} $begun{Options}";
        if (Resources.Time is not { } limit) yield break;

        yield return "# The first process that ends takes the others with it, and their exit codes may hide its own: the clock tells whether time was over.";
        yield return $"if [ \"$code\" != 0 ] && [ \"$SECONDS\" -ge {Number((int)limit.Work.TotalSeconds)} ]; then code=75; fi";
    }

    private IEnumerable<(string Option, string? Value)> Directives(IReadOnlyList<int> elements)
    {
        yield return ("job-name", ShellWord.Directive(JobName));
        if (elements.Count > 0) yield return ("array", ArrayIndexes.Of(elements));
        yield return ("partition", Value(Resources.Partition));
        yield return ("account", Value(Resources.Account));
        yield return ("qos", Value(Resources.Qos));
        yield return ("time", Resources.Time?.ToString());
        yield return ("nodes", Number(IsDistributed ? Resources.Nodes : 1));
        yield return ("ntasks-per-node", Number(IsDistributed ? Resources.RanksPerNode : 1));
        yield return ("cpus-per-task", Resources.Cpus is { } cores ? Number(cores) : null);
        yield return ("mem", Value(Resources.Memory));
        if (UsesDevices) yield return ("gres", Value(Resources.Gres));
        yield return ("output", ShellWord.LogFile(LogFolder, Path.GetFileNameWithoutExtension(FileName) + (elements.Count > 0 ? "-%A_%a.log" : "-%j.log")));
        yield return ("open-mode", "append");
        yield return ("signal", $"B:TERM@{Number(TimeLimit.WarningSeconds(Resources.Time))}");
    }

    private static string? Value(string? text) => text is null ? null : ShellWord.Directive(text);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
