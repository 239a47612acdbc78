using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Workflows.Cluster;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Tests.Cluster;

/// <summary>What is submitted and what is left alone, with a Slurm that only pretends.</summary>
public sealed class SubmissionTests : IDisposable
{
    private readonly FakeSlurm _slurm = new();
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder["cluster/Task004_Hippocampus"];

    public void Dispose()
    {
        _slurm.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public void Submit_ANewGraph_SubmitsEachJobAfterThoseThatItNeeds()
    {
        SkipWithoutBash();

        IReadOnlyList<SubmittedJob> submitted = Submission().Submit();

        Assert.Equal(
            [
                $"sbatch --parsable {Folder}/preprocess.sh",
                $"sbatch --parsable --dependency=afterok:101 --kill-on-invalid-dep=yes {Folder}/train_2d.sh",
                $"sbatch --parsable --dependency=afterok:102 --kill-on-invalid-dep=yes {Folder}/choose.sh",
            ],
            _slurm.Calls);
        Assert.Equal(["101", "102", "103"], submitted.Select(static s => s.Id));
        Assert.Contains("#SBATCH --array=0-2\n", File.ReadAllText(Path.Combine(Folder, "train_2d.sh")), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(Folder, "logs")));
        Assert.Equal(submitted, SubmittedJobs.In(Folder).Jobs);
        Assert.False(File.Exists(Path.Combine(Folder, "submit.lock")));
    }

    [SkippableFact]
    public void Submit_WhatIsDone_IsLeftOut()
    {
        SkipWithoutBash();

        Submission(prepared: true, done: [0, 2]).Submit();

        Assert.Equal([$"sbatch --parsable {Folder}/train_2d.sh", $"sbatch --parsable --dependency=afterok:101 --kill-on-invalid-dep=yes {Folder}/choose.sh"], _slurm.Calls);
        Assert.Contains("#SBATCH --array=1\n", File.ReadAllText(Path.Combine(Folder, "train_2d.sh")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Submit_WhatIsInTheQueue_IsLeftAlone()
    {
        SkipWithoutBash();
        Submission().Submit();
        string[] before = _slurm.Calls;
        _slurm.Queue = "101|N/A|RUNNING|None\n102|0|PENDING|Dependency\n102|1|PENDING|Dependency\n102|2|PENDING|Dependency\n103|N/A|PENDING|Dependency\n";

        Assert.Empty(Submission().Submit());

        Assert.Equal(before, _slurm.Calls);
        Assert.Equal(
            [ElementState.Running, ElementState.Queued, ElementState.Queued, ElementState.Queued, ElementState.Queued],
            Submission().Look().Jobs.SelectMany(static j => j.Elements).Select(static e => e.State));
    }

    [SkippableFact]
    public void Submit_AFoldThatFailed_IsSubmittedAgainWithWhatWaitsForIt()
    {
        SkipWithoutBash();

        // Given three folds: one is trained, one runs, one has failed, so that Slurm has cancelled the choice
        Submission().Submit();
        _slurm.Queue = "101|N/A|COMPLETED|None\n102|0|COMPLETED|None\n102|1|FAILED|NonZeroExitCode\n102|2|RUNNING|None\n103|N/A|CANCELLED|Dependency\n";

        // When
        Submission(prepared: true, done: [0]).Submit();

        // Then the choice waits for the fold that is trained again, and for the one that runs
        Assert.Equal(
            [$"sbatch --parsable {Folder}/train_2d.sh", $"sbatch --parsable --dependency=afterok:104:102_2 --kill-on-invalid-dep=yes {Folder}/choose.sh"],
            _slurm.Calls[3..]);
        Assert.Equal(["101", "102", "104", "105"], SubmittedJobs.In(Folder).Jobs.Select(static s => s.Id));
    }

    [SkippableFact]
    public void Submit_WhatWaitsForWhatIsSubmittedAnew_IsTakenOutOfTheQueueFirst()
    {
        SkipWithoutBash();

        // Given a choice that still waits for a fold that has failed meanwhile
        Submission().Submit();
        _slurm.Queue = "101|N/A|COMPLETED|None\n102|0|COMPLETED|None\n102|1|TIMEOUT|None\n102|2|COMPLETED|None\n103|N/A|PENDING|DependencyNeverSatisfied\n";

        // When
        IReadOnlyList<SubmittedJob> submitted = Submission(prepared: true, done: [0, 2]).Submit();

        // Then
        Assert.Equal(
            [$"sbatch --parsable {Folder}/train_2d.sh", "scancel 103", $"sbatch --parsable --dependency=afterok:104 --kill-on-invalid-dep=yes {Folder}/choose.sh"],
            _slurm.Calls[3..]);
        Assert.Equal(["103"], submitted[1].Replaced);
    }

    [SkippableFact]
    public void Look_AJobThatTheQueueHasForgotten_IsAskedOfTheAccounts()
    {
        SkipWithoutBash();
        Submission().Submit();
        _slurm.Accounts = "101|COMPLETED\n102_0|CANCELLED by 1000\n102_1|OUT_OF_MEMORY\n102_[2]|PENDING\n103|CANCELLED\n";

        ElementOutlook[] elements = [.. Submission(prepared: true).Look().Jobs.SelectMany(static j => j.Elements)];

        Assert.Equal([ElementState.Done, ElementState.Failed, ElementState.Failed, ElementState.Open, ElementState.Failed], elements.Select(static e => e.State));
        Assert.Equal(["COMPLETED", "CANCELLED", "OUT_OF_MEMORY", "", "CANCELLED"], elements.Select(static e => e.Slurm));
        Assert.Equal(["101", "102_0", "102_1", "102_2", "103"], elements.Select(static e => e.JobId));
    }

    [SkippableFact]
    public void Look_WithoutAccounts_SaysWhatLiesOnTheDisk()
    {
        SkipWithoutBash();
        Submission().Submit();

        Assert.Equal(
            [ElementState.Done, ElementState.Done, ElementState.Open, ElementState.Open, ElementState.Open],
            Submission(prepared: true, done: [0]).Look().Jobs.SelectMany(static j => j.Elements).Select(static e => e.State));
    }

    [Fact]
    public void Submit_WithoutSlurm_PointsToTheScripts()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => new Submission(Graph(), new SlurmPrograms(_folder["nowhere"])).Submit());

        Assert.Equal("sbatch: there is no such program on this machine, so there is no Slurm to submit to; submit on a node of the cluster that has it, or see the scripts with --dry-run.", error.Message);
    }

    [SkippableFact]
    public void Submit_AJobThatSlurmRefuses_IsToldInItsWords_AndTheRestIsSubmittedNextTime()
    {
        SkipWithoutBash();
        _slurm.Refusal = "sbatch: error: invalid partition specified: gpux\nsbatch: error: Batch job submission failed: Invalid partition name specified\n";

        DescribedException error = Assert.Throws<DescribedException>(() => Submission(prepared: true).Submit());
        _slurm.Refusal = "";
        IReadOnlyList<SubmittedJob> submitted = Submission(prepared: true).Submit();

        Assert.Contains("Slurm refuses the job: sbatch: error: invalid partition specified: gpux; sbatch: error: Batch job submission failed: Invalid partition name specified;", error.Message, StringComparison.Ordinal);
        Assert.Equal(["train_2d", "choose"], submitted.Select(static s => s.Job));
    }

    [SkippableFact]
    public void Submit_WhereTheQueueCannotBeAsked_SubmitsNothingTwice()
    {
        SkipWithoutBash();
        Submission().Submit();
        string[] before = _slurm.Calls;
        _slurm.Write("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1");

        DescribedException error = Assert.Throws<DescribedException>(() => Submission().Submit());

        Assert.Contains("what has become of them is not known (squeue: slurm_load_jobs error: Unable to contact slurm controller", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _slurm.Calls);
        Assert.Contains("Unable to contact", Submission().Look().QueueUnknown, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Submit_AFoldWhoseJobEndsBeforeTheQueueIsAsked_IsLookedAtOnceMore()
    {
        SkipWithoutBash();
        FoldWork running = new() { Key = new FoldKey(Configuration.Slices, "nnUNetTrainerV2", "1"), State = FoldState.Running, Epoch = 0, Epochs = 1000, Remark = "process 4711 on ward3" };
        ClusterGraph graph = Graph(prepared: true);
        ClusterJob train = graph.Jobs[1];
        graph = graph with { Jobs = [graph.Jobs[0], train with { Elements = [train.Elements[0], train.Elements[1] with { Fold = running }] }] };

        IReadOnlyList<SubmittedJob> submitted = new Submission(graph, _slurm.Programs, () => Graph(prepared: true)).Submit();

        Assert.NotEmpty(submitted);
    }

    [SkippableFact]
    public void Submit_AFoldThatSomebodyElseTrains_IsRefused()
    {
        SkipWithoutBash();
        FoldWork running = new() { Key = new FoldKey(Configuration.Slices, "nnUNetTrainerV2", "1"), State = FoldState.Running, Epoch = 0, Epochs = 1000, Remark = "process 4711 on ward3" };
        ClusterGraph graph = Graph(prepared: true);
        ClusterJob train = graph.Jobs[1];
        graph = graph with { Jobs = [graph.Jobs[0], train with { Elements = [train.Elements[0], train.Elements[1] with { Fold = running }] }] };

        DescribedException error = Assert.Throws<DescribedException>(() => new Submission(graph, _slurm.Programs).Submit());

        Assert.Contains("a fold is in training by something that is no job of this graph (2d, fold 1: process 4711 on ward3)", error.Message, StringComparison.Ordinal);
        Assert.Empty(_slurm.Calls);
    }

    [Fact]
    public void Submit_AGraphWithAnObstacle_IsRefusedInItsWords()
    {
        DescribedException obstacle = new("Task004_Hippocampus", "a fold is damaged", "move it away");

        Assert.Same(obstacle, Assert.Throws<DescribedException>(() => new Submission(Graph() with { Obstacle = obstacle }, _slurm.Programs).Submit()));
        Assert.Empty(_slurm.Calls);
    }

    private static void SkipWithoutBash() => Skip.IfNot(OperatingSystem.IsLinux(), "the programs that only pretend are scripts of bash");

    private Submission Submission(bool prepared = false, int[]? done = null) => new(Graph(prepared, done), _slurm.Programs);

    /// <summary>Preprocessing, three folds, and the choice of the best.</summary>
    private ClusterGraph Graph(bool prepared = false, int[]? done = null) => new(
        "Task004_Hippocampus",
        Folder,
        [
            Job("preprocess", [], [new ClusterElement(null, "", prepared, "")]),
            Job("train_2d", ["preprocess"], [.. Enumerable.Range(0, 3).Select(i => new ClusterElement(i, $"{i}", done?.Contains(i) == true, ""))]),
            Job("choose", ["train_2d"], [new ClusterElement(null, "", false, "")]),
        ]);

    private ClusterJob Job(string name, ValueArray<string> after, ValueArray<ClusterElement> elements) => new()
    {
        Name = name,
        After = after,
        Elements = elements,
        Script = new JobScript
        {
            Title = name,
            FileName = name + ".sh",
            JobName = $"nnunet_Task004_Hippocampus_{name}",
            LogFolder = Path.Combine(Folder, "logs"),
            After = after,
            Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder.Root }),
            Program = new ProgramCall { Words = ["/opt/nnunet"] },
            Resources = new JobResources(),
            Results = "/results",
            Command = name,
        },
    };
}
