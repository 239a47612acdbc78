using NnUNet.Core;
using NnUNet.Testing;
using NnUNet.Workflows.Cluster;

namespace NnUNet.Workflows.Tests.Cluster;

/// <summary>The scripts as text, and as bash runs them with a program and a Slurm that only pretend.</summary>
public sealed class JobScriptTests : IDisposable
{
    // The work notes what it was given, and leaves a checkpoint.
    private const string Saves = "echo saved > \"$RESULTS_FOLDER/model_latest\"; ";

    private readonly FakeSlurm _slurm = new();
    private readonly TemporaryFolder _folder = new();

    private Workspace Workspace => Workspace.Resolve(new WorkspaceOptions { Directory = _folder["it's \"my\" $HOME 100% work"] });

    private JobScript Script => new()
    {
        Title = "Trains the folds of 2d: Task004_Hippocampus",
        FileName = "train_2d.sh",
        JobName = "nnunet_Task004_Hippocampus_train_2d",
        LogFolder = "/results/cluster/Task004_Hippocampus/logs",
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = "/data" }),
        Program = new ProgramCall { Words = ["/opt/nnunet/nnunet"], DotnetRoot = "/usr/share/dotnet" },
        Resources = new JobResources(),
        Results = "/data/results/fold_\"$element\"",
        Pattern = "model_*",
        Command = "train_all Task004_Hippocampus -m 2d -f \"$element\"",
    };

    public void Dispose()
    {
        _slurm.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Text_OfEverything_SaysWhatSlurmIsAskedFor()
    {
        JobScript script = Script with
        {
            After = ["preprocess"],
            UsesDevices = true,
            Resources = new JobResources { Partition = "gpu", Time = TimeLimit.Parse("24:00:00"), Gres = "gpu:1", Cpus = 12, Memory = "48G", Account = "radiology", Qos = "long", Setup = "module load dotnet" },
        };

        string[] lines = script.Text([0, 1, 2, 4]).Split("\nset -euo pipefail\n")[0].Split('\n');

        Assert.Equal(
            """
            #!/bin/bash
            # Trains the folds of 2d: Task004_Hippocampus.
            # Written by nnunet submit, which writes it anew when it submits this job again. By hand:
            #   sbatch --dependency=afterok:ID_OF_preprocess train_2d.sh
            #SBATCH --job-name=nnunet_Task004_Hippocampus_train_2d
            #SBATCH --array=0-2,4
            #SBATCH --partition=gpu
            #SBATCH --account=radiology
            #SBATCH --qos=long
            #SBATCH --time=1-00:00:00
            #SBATCH --nodes=1
            #SBATCH --ntasks-per-node=1
            #SBATCH --cpus-per-task=12
            #SBATCH --mem=48G
            #SBATCH --gres=gpu:1
            #SBATCH --output=/results/cluster/Task004_Hippocampus/logs/train_2d-%A_%a.log
            #SBATCH --open-mode=append
            #SBATCH --signal=B:TERM@120
            #SBATCH --requeue

            # The preparation that --setup names.
            module load dotnet

            """.ReplaceLineEndings("\n").Split('\n'),
            lines);
    }

    [Fact]
    public void Text_OfWorkWithoutDevices_AsksForNone() =>
        Assert.DoesNotContain("--gres", (Script with { Resources = new JobResources { Gres = "gpu:1" } }).Text([]), StringComparison.Ordinal);

    [Fact]
    public void Text_OfATrainingOverNodes_CallsSrun()
    {
        JobScript script = Script with
        {
            IsDistributed = true,
            Command = "nnUNet_train_DDP 2d nnUNetTrainerV2 Task004_Hippocampus \"$element\" --dbs",
            Resources = new JobResources { Nodes = 2, Ranks = 8, Cpus = 6, Time = TimeLimit.Parse("24:00:00") },
        };

        string text = script.Text([0]);

        Assert.Contains("#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=4\n#SBATCH --cpus-per-task=6\n", text, StringComparison.Ordinal);
        Assert.Contains("run srun --mpi=pmix --kill-on-bad-exit=1 --cpus-per-task=6 \"${nnunet[@]}\" nnUNet_train_DDP 2d nnUNetTrainerV2 Task004_Hippocampus \"$element\" --dbs $begun\n", text, StringComparison.Ordinal);
        Assert.Contains("-ge 86100 ]; then code=75; fi", text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Text_OfAnyKind_IsBash(bool distributed, bool container)
    {
        SkipWithoutBash();
        File.WriteAllText(_folder["job.sh"], (Script with
        {
            IsDistributed = distributed,
            OutputFolder = "/a b/c's",
            Resources = new JobResources { Nodes = distributed ? 2 : 1, Container = container ? "/im ages/nnunet.sif" : null, Setup = "module load dotnet; ulimit -n 4096", Time = TimeLimit.Parse("60") },
        }).Text([0, 1]));

        ChildProgram.Run("bash", "-n", _folder["job.sh"]).MustSucceed();
    }

    [SkippableFact]
    public void Run_FoldersWithSpacesAndQuotes_ReachTheProgramAsTheyAre()
    {
        SkipWithoutBash();

        ProgramResult result = Start("printf '%s\\n' \"$nnUNet_raw_data_base\" \"$nnUNet_preprocessed\" \"$RESULTS_FOLDER\" \"$@\"", "--plugin", "a 'b' \"c\".dll").WaitForEnd().MustSucceed();

        Assert.Equal([Workspace.Raw, Workspace.Preprocessed, Workspace.Results, "train_all", "Task004_Hippocampus", "-m", "2d", "-f", "3", "--plugin", "a 'b' \"c\".dll"], result.Output.TrimEnd().Split('\n'));
        Assert.DoesNotContain(_slurm.Calls, static c => c.StartsWith("scontrol", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Run_InAContainer_SeesTheFoldersUnderTheirNames()
    {
        SkipWithoutBash();
        _slurm.Write("apptainer", "printf '%s\\n' \"$@\"");

        ProgramResult result = Start("", change: s => s with
        {
            UsesDevices = true,
            OtherFolders = ["/im ages"],
            Resources = new JobResources { Container = "/x/nn unet.sif", Gres = "gpu:1" },
        }).WaitForEnd().MustSucceed();

        Assert.Equal(
            ["exec", "--nv", "--bind", Workspace.Raw, "--bind", Workspace.Preprocessed, "--bind", Workspace.Results, "--bind", "/im ages", "/x/nn unet.sif", "nnunet", "train_all", "Task004_Hippocampus", "-m", "2d", "-f", "3"],
            result.Output.TrimEnd().Split('\n'));
    }

    [SkippableTheory]
    [InlineData("exit 75", 75, "the time of --max-time is over")]
    [InlineData("kill -9 $$", 137, "the program was killed, perhaps for want of memory")]
    public void Run_EndsBeforeItsTimeButSaved_IsQueuedAgainUnderItsNumber(string end, int code, string why)
    {
        SkipWithoutBash();

        ProgramResult result = Start(Saves + end).WaitForEnd();

        Assert.Equal(code, result.ExitCode);
        Assert.Contains($"Queued again, to go on from what was saved: {why}.", result.Output, StringComparison.Ordinal);
        Assert.Equal(["scontrol requeue 7_3"], _slurm.Calls.Where(static c => c.StartsWith("scontrol", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [InlineData("exit 75", "0", 75, "the time of --max-time is over, but nothing was saved since this run began")]
    [InlineData("kill -9 $$", "0", 137, "the program was killed, perhaps for want of memory, but nothing was saved")]
    [InlineData(Saves + "exit 75", "200", 75, "it was queued again 200 times")]
    [InlineData(Saves + "exit 1", "0", 1, "")]
    [InlineData(Saves + "exit 130", "0", 130, "")]
    public void Run_ThatGetsNowhere_OrFails_IsNotQueuedAgain(string end, string restarts, int code, string told)
    {
        SkipWithoutBash();

        ProgramResult result = Start(end, ("SLURM_RESTART_COUNT", restarts)).WaitForEnd();

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_slurm.Calls, static c => c.StartsWith("scontrol", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("RUNNING", true)]
    [InlineData("CANCELLED", false)]
    public void Run_ASignal_IsHandedOn_AndOnlyAJobThatStillRunsIsQueuedAgain(string state, bool again)
    {
        SkipWithoutBash();

        // Given a program that saves at the signal, which takes it a moment
        _slurm.Queue = state;
        using ChildProgram job = Start($"sleep 120 & s=$!; trap '{Saves}kill $s; sleep 1; exit 130' TERM; echo begun; wait");
        job.WaitUntil(() => job.HasPrinted("begun"), "its begin");

        // When
        job.Signal("TERM");
        ProgramResult result = job.WaitForEnd();

        // Then
        Assert.Equal(130, result.ExitCode);
        Assert.Equal(again ? ["scontrol requeue 7_3"] : [], _slurm.Calls.Where(static c => c.StartsWith("scontrol", StringComparison.Ordinal)));
        Assert.Equal(again, result.Output.Contains("the queue's time limit is near", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Run_ASignalToATrainingOverNodes_ReachesItsProcesses_NotSrun()
    {
        SkipWithoutBash();

        // Given a srun that ends at once at a signal, as the real one does, and a scancel that signals what it has started
        _slurm.Write("rank", $"sleep 120 & s=$!; trap '{Saves}kill $s; exit 130' TERM; echo begun; wait");
        _slurm.Write("srun", "\"$here/rank\" & child=$!; echo $child > \"$here/child\"; trap 'kill -9 $child; exit 143' TERM; wait $child");
        _slurm.Write("scancel", "kill -TERM \"$(cat \"$here/child\")\"");
        _slurm.Queue = "RUNNING";
        using ChildProgram job = Start("", "", static s => s with { IsDistributed = true, Resources = new JobResources { Nodes = 2 } });
        job.WaitUntil(() => job.HasPrinted("begun"), "its begin");

        // When
        job.Signal("TERM");
        ProgramResult result = job.WaitForEnd();

        // Then
        Assert.Equal(130, result.ExitCode);
        Assert.Equal(["scancel --signal=TERM 7_3", "scontrol requeue 7_3"], _slurm.Calls.Where(static c => c.StartsWith("sc", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [InlineData(false, "--dbs")]
    [InlineData(true, "--dbs -c")]
    public void Run_OverNodes_GoesOnWhereSomethingWasBegun(bool begun, string expected)
    {
        SkipWithoutBash();
        _slurm.Write("srun", "printf '%s\\n' \"$*\"");

        ProgramResult result = Start(
            "",
            begun ? Saves : "",
            s => s with { IsDistributed = true, Command = "nnUNet_train_DDP 2d nnUNetTrainerV2 4 \"$element\" --dbs", Resources = new JobResources { Nodes = 2 } }).WaitForEnd().MustSucceed();

        Assert.EndsWith($"nnUNet_train_DDP 2d nnUNetTrainerV2 4 3 {expected}", result.Output.TrimEnd(), StringComparison.Ordinal);
    }

    private static void SkipWithoutBash() => Skip.IfNot(OperatingSystem.IsLinux(), "bash and the tools of Linux run the scripts");

    private ChildProgram Start(string program, params string[] options) => Start(program, "", s => s with { Program = s.Program with { Options = [.. options] } });

    private ChildProgram Start(string program, (string Name, string Value) variable) => Start(program, "", static s => s, variable);

    private ChildProgram Start(string program, Func<JobScript, JobScript> change) => Start(program, "", change);

    /// <summary>Starts the script with a program that does this.</summary>
    /// <param name="program">What the program does.</param>
    /// <param name="before">What is done before, in the script's own surroundings.</param>
    /// <param name="change">Makes another script of it.</param>
    /// <param name="variables">Variables of Slurm.</param>
    private ChildProgram Start(string program, string before, Func<JobScript, JobScript> change, params (string Name, string Value)[] variables)
    {
        _slurm.Write("nnunet", program);
        Directory.CreateDirectory(Workspace.Results);
        if (before.Length > 0) File.WriteAllText(Path.Combine(Workspace.Results, "model_latest"), "");
        JobScript script = change(Script with
        {
            Workspace = Workspace,
            Program = new ProgramCall { Words = [Path.Combine(_slurm.Folder, "nnunet")] },
            Results = ShellWord.Of(Workspace.Results),
        });
        File.WriteAllText(_folder["job.sh"], script.Text([3]));
        return _slurm.Start(_folder["job.sh"], variables);
    }
}
