using NnUNet.Core;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Foundation;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Cluster;
using NnUNet.Workflows.Scheduling;
using NnUNet.Workflows.Steps;
using TemporaryFolder = NnUNet.Testing.TemporaryFolder;

namespace NnUNet.Workflows.Tests.Cluster;

public sealed class TaskGraphTests : LeakCheckedTest
{
    [Fact]
    public void Of_APreprocessedTask_TrainsWhatIsMissing_ThenChooses()
    {
        // Given a task with one trained fold
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options with { Validation = new ValidationOptions { SaveProbabilities = true } });

        // When
        ClusterGraph graph = TaskGraph.Of(Options(toy));

        // Then
        Assert.Equal(["preprocess", "train_2d", "train_3d_fullres", "choose"], graph.Jobs.Select(static j => j.Name));
        Assert.Equal([true, false, false, false], graph.Jobs.Select(static j => j.IsDone));
        Assert.Equal(["0", "1", "2", "3", "4"], graph.Jobs[2].Elements.Select(static e => e.Part));
        Assert.Equal([true, false, false, false, false], graph.Jobs[2].Elements.Select(static e => e.IsDone));
        Assert.Equal(["train_2d", "train_3d_fullres"], graph.Jobs[3].After);
        Assert.Equal(Path.Combine(toy.Workspace.Results, "cluster", "Task900_Toy"), graph.Folder);
        Assert.Equal("nnunet_Task900_Toy_train_2d", graph.Jobs[1].QueueName);
        Assert.Equal("nnUNet_plan_and_preprocess -t Task900_Toy --verify_dataset_integrity", graph.Jobs[0].Script.Command);
        Assert.Equal("train_all Task900_Toy -m 3d_fullres -f \"$element\" --max-time 23h55m --epochs 2 --iterations 3 --npz", graph.Jobs[2].Script.Command);
        Assert.Equal($"{toy.ModelPath}/fold_\"$element\"", graph.Jobs[2].Script.Results);
        Assert.Equal("nnUNet_find_best_configuration -t Task900_Toy -tr nnUNetTrainerV2 -ctr nnUNetTrainerV2CascadeFullRes -pl nnUNetPlansv2.1", graph.Jobs[3].Script.Command);
    }

    [Fact]
    public void Of_ATaskWithoutPlans_KnowsTheFoldsAndExpectsEveryConfiguration()
    {
        // Given raw data only
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root });
        SyntheticDataset.Write(workspace.RawTask("Task900_Tiny"), new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 20 });
        string images = Path.Combine(workspace.RawTask("Task900_Tiny"), "imagesTs");

        // When fold 0 is asked for, and images are to be segmented
        SubmitOptions options = Options(workspace);
        ClusterGraph graph = TaskGraph.Of(options with { Run = options.Run with { Ensembling = false, Input = images, Output = folder["out"], Training = options.Run.Training with { Folds = ["0"] } } });

        // Then the cascade has all folds of its first stage before it
        Assert.Equal(["preprocess", "train_2d", "train_3d_lowres", "train_3d_fullres", "train_3d_cascade_fullres", "choose", "predict"], graph.Jobs.Select(static j => j.Name));
        Assert.Equal(["0", "1", "2", "3", "4"], graph.Jobs[2].Elements.Select(static e => e.Part));
        Assert.Equal(["0"], graph.Jobs[4].Elements.Select(static e => e.Part));
        Assert.Equal(["preprocess", "train_3d_lowres"], graph.Jobs[4].After);
        Assert.EndsWith(" --only-planned", graph.Jobs[4].Script.Command, StringComparison.Ordinal);
        Assert.Equal("nnUNet_find_best_configuration -t Task900_Tiny -f 0 -tr nnUNetTrainerV2 -ctr nnUNetTrainerV2CascadeFullRes -pl nnUNetPlansv2.1 --disable_ensembling", graph.Jobs[5].Script.Command);
        Assert.Equal(
            $"run -t Task900_Tiny -i {images} -o {folder["out"]} -f 0 -tr nnUNetTrainerV2 -ctr nnUNetTrainerV2CascadeFullRes -p nnUNetPlansv2.1 --disable_ensembling",
            graph.Jobs[6].Script.Command);
        Assert.Equal(["choose"], graph.Jobs[6].After);

        // And what trains over several nodes must be named, since it cannot find out
        DescribedException error = Assert.Throws<DescribedException>(() => TaskGraph.Of(options with { Resources = new JobResources { Nodes = 2 } }));
        Assert.EndsWith("name the configurations with -m, or preprocess the task first.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AnotherPlannerAndOneConfiguration_AreNamedInTheCommands()
    {
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root });
        SyntheticDataset.Write(workspace.RawTask("Task900_Tiny"), new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 0, Edge = 20 });
        SubmitOptions options = Options(workspace);

        ClusterGraph graph = TaskGraph.Of(options with
        {
            Run = options.Run with
            {
                Preparation = new PreprocessingOptions { Planner2D = null },
                Training = options.Run.Training with { Configurations = [Configuration.FullResolution], Each = options.Run.Training.Each with { Plans = "mine", Trainer = "nnUNetTrainerV2_Adam", Seed = 7 } },
            },
        });

        Assert.Equal("nnUNet_plan_and_preprocess -t Task900_Tiny --verify_dataset_integrity --planner2d=None", graph.Jobs[0].Script.Command);
        Assert.Equal("train_all Task900_Tiny -m 3d_fullres -f \"$element\" --max-time 23h55m -tr nnUNetTrainerV2_Adam -p mine --epochs 2 --iterations 3 --seed 7 --npz", graph.Jobs[1].Script.Command);
    }

    [Fact]
    public void Of_AllCases_IsAJobOfItsOwn_AndLeavesNothingToChoose()
    {
        using ToyTask toy = new();
        SubmitOptions options = Options(toy);

        ClusterGraph graph = TaskGraph.Of(options with { Run = options.Run with { Training = options.Run.Training with { Configurations = [Configuration.Slices], Folds = ["all"] } } });

        Assert.Equal(["preprocess", "train_2d_all"], graph.Jobs.Select(static j => j.Name));
        Assert.False(graph.Jobs[1].IsArray);
        Assert.StartsWith("train_all Task900_Toy -m 2d -f all ", graph.Jobs[1].Script.Command, StringComparison.Ordinal);
        Assert.EndsWith("/2d/Task900_Toy/nnUNetTrainerV2__nnUNetPlansv2.1/all", graph.Jobs[1].Script.Results, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SeveralNodes_TrainsWithAllTheirProcesses()
    {
        using ToyTask toy = new();

        ClusterGraph graph = TaskGraph.Of(Options(toy) with { Resources = new JobResources { Nodes = 2, Ranks = 4 } });

        Assert.Equal("nnUNet_train_DDP 2d nnUNetTrainerV2 Task900_Toy \"$element\" --dbs --epochs 2 --iterations 3 --npz", graph.Jobs[1].Script.Command);
        Assert.Equal([false, true, true, false], graph.Jobs.Select(static j => j.Script.IsDistributed));
    }

    [Fact]
    public void Of_WrongOptions_AreToldInOneMessage()
    {
        using ToyTask toy = new();
        SubmitOptions options = Options(toy);

        DescribedException error = Assert.Throws<DescribedException>(() => TaskGraph.Of(options with
        {
            Resources = new JobResources { Nodes = 2, Ranks = 3, Partition = "a\n#SBATCH --uid=0", Container = "x.sif" },
            Run = options.Run with { Input = toy.Root, Output = "/out:put", Training = options.Run.Training with { Folds = ["all"] } },
        }));

        Assert.Contains("3 ranks cannot be spread evenly over 2 nodes", error.Message, StringComparison.Ordinal);
        Assert.Contains("has a line break, which no directive of Slurm can have", error.Message, StringComparison.Ordinal);
        Assert.Contains("the path /out:put has a colon or a comma, which a container cannot be told", error.Message, StringComparison.Ordinal);
        Assert.Contains("the fold all leaves no case to choose a configuration by; segment with nnunet submit predict", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ADamagedFold_SaysWhyNothingIsSubmitted()
    {
        using ToyTask toy = new();
        Directory.CreateDirectory(toy.FoldPath);
        File.WriteAllText(Path.Combine(toy.FoldPath, "model_final_checkpoint.safetensors"), "cut off");

        Assert.StartsWith("a fold is damaged (3d_fullres, fold 0: ", TaskGraph.Of(Options(toy)).Obstacle!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Again_WhatWasAskedForLast_IsAskedForAgain()
    {
        using ToyTask toy = new();
        WholeRunOptions run = Options(toy).Run with { Training = Options(toy).Run.Training with { Folds = ["0", "2"], Configurations = [Configuration.Slices] } };

        AskedWork asked = ProductJson.Parse<AskedWork>("asked", ProductJson.Print(AskedWork.Of(run)));

        Assert.Equal(AskedWork.Of(run), AskedWork.Of(asked.Again(Options(toy).Run)));
    }

    private static SubmitOptions Options(ToyTask toy) => Options(toy.Workspace);

    private static SubmitOptions Options(Workspace workspace) => new()
    {
        Run = new WholeRunOptions
        {
            Training = new TrainAllOptions
            {
                Each = new TrainingOptions
                {
                    Workspace = workspace,
                    Configuration = Configuration.FullResolution,
                    Task = "900",
                    Fold = "0",
                    Epochs = 2,
                    Iterations = 3,
                    Validation = new ValidationOptions { SaveProbabilities = true },
                },
            },
        },
        Resources = new JobResources { Time = TimeLimit.Parse("24:00:00") },
        Program = new ProgramCall { Words = ["/opt/nnunet/nnunet"] },
    };
}
