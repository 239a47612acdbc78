using NnUNet.Core.CrossValidation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Tests.Scheduling;

public sealed class TrainAllPlannerTests : LeakCheckedTest
{
    [Fact]
    public void AllConfigurationsOfThePlans_AreTrainedInFiveFolds()
    {
        using ToyTask toy = new();

        TrainAllPlan plan = TrainAll.Plan(Options(toy));

        Assert.Equal("Task900_Toy", plan.Task);
        Assert.Equal(
            ["2d, fold 0", "2d, fold 1", "2d, fold 2", "2d, fold 3", "2d, fold 4", "3d_fullres, fold 0", "3d_fullres, fold 1", "3d_fullres, fold 2", "3d_fullres, fold 3", "3d_fullres, fold 4"],
            plan.Work.Select(static w => w.Key.ToString()));
        Assert.All(plan.Work, static w => Assert.Equal(FoldState.Missing, w.State));
        Assert.All(plan.Work, static w => Assert.Null(w.Estimate));
        Assert.Null(plan.Estimate);
    }

    [Fact]
    public void Planning_ChangesNothing()
    {
        using ToyTask toy = new();
        string[] before = Directory.GetFileSystemEntries(toy.Root, "*", SearchOption.AllDirectories);

        TrainAll.Plan(Options(toy));

        Assert.Equal(before, Directory.GetFileSystemEntries(toy.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void WhatIsThere_IsRecognised()
    {
        // Given a complete fold, an interrupted one, one without scores and a damaged one
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);
        Interrupt(toy.Options with { Fold = "1" });
        TrainingRun.Execute(toy.Options with { Fold = "2" });
        File.Delete(Path.Combine(toy.ModelPath, "fold_2", "validation_raw", "summary.json"));
        Directory.CreateDirectory(Path.Combine(toy.ModelPath, "fold_3"));
        File.WriteAllText(Path.Combine(toy.ModelPath, "fold_3", "model_final_checkpoint.safetensors"), "cut off");

        // When
        TrainAllPlan plan = TrainAll.Plan(Options(toy) with { Configurations = [Configuration.FullResolution] });

        // Then
        Assert.Equal(
            [FoldState.Complete, FoldState.Interrupted, FoldState.NotValidated, FoldState.Damaged, FoldState.Missing], plan.Work.Select(static w => w.State));
        Assert.Equal([2, 1, 2, 0, 0], plan.Work.Select(static w => w.Epoch));
        Assert.NotNull(plan.Work[0].Dice);
        Assert.Equal([false, true, false, false, true], plan.Work.Select(static w => w.Estimate is not null));
        Assert.True(plan.IsEstimateComplete);
        Assert.Contains("move", plan.Work[3].Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFoldThatWasTrainedWithOtherNumbers_IsRefusedBeforeAnyIsTrained(bool isValidated)
    {
        // Given
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);
        if (!isValidated) File.Delete(Path.Combine(toy.FoldPath, "validation_raw", "summary.json"));
        TrainAllOptions options = new() { Each = toy.Options with { Epochs = 3 }, Configurations = [Configuration.FullResolution], Folds = ["0", "1"] };

        // When
        TrainAllPlan plan = TrainAll.Plan(options);
        DescribedException error = Assert.Throws<DescribedException>(() => TrainAll.Run(plan));

        // Then
        Assert.Equal([FoldState.Different, FoldState.Missing], plan.Work.Select(static w => w.State));
        Assert.Equal("a fold was trained or begun otherwise than is asked for now (3d_fullres, fold 0: epochs 2, not 3)", error.What);
        Assert.Equal($"leave out --epochs to keep what is trained, or move {toy.FoldPath} away to train anew", error.Remedy);
        Assert.False(Directory.Exists(Path.Combine(toy.ModelPath, "fold_1")));

        // And the remedies work
        Assert.Null(TrainAll.Plan(options with { Each = toy.Options with { Epochs = null } }).Obstacle);
        Directory.Move(toy.FoldPath, toy.Root + "/elsewhere");
        Assert.Null(TrainAll.Plan(options).Obstacle);
    }

    [Fact]
    public void APlanThatHasChanged_IsAnObstacleOnlyWhereTheModelIsTrainedOn()
    {
        // Given two complete folds, and a plan that was edited since
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);
        TrainingRun.Execute(toy.Options with { Fold = "1" });
        Plan plan = PlanFile.Read(toy.PlansPath);
        PlanFile.Write(toy.PlansPath, plan with { PlansPerStage = new() { [0] = plan.PlansPerStage[0] with { BatchSize = 3 } } });

        // When
        TrainAllPlan complete = TrainAll.Plan(Options(toy) with { Configurations = [Configuration.FullResolution], Folds = ["0", "1"] });
        TrainAllPlan further = TrainAll.Plan(Options(toy) with { Configurations = [Configuration.FullResolution], Folds = ["0", "1", "2"] });

        // Then: what is complete stays in use; a third fold would overwrite the plan that the others need
        Assert.Null(complete.Obstacle);
        Assert.Equal("by another plan or recipe: batch_size 2, now 3", complete.Work[0].Remark);
        Assert.Contains("3d_fullres, fold 0: batch_size 2, now 3", further.Obstacle!.What, StringComparison.Ordinal);
        Assert.StartsWith("restore the plan or the trainer, or move ", further.Obstacle.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void AFoldBeyondTheSplits_IsTold()
    {
        using ToyTask toy = new();

        TrainAllPlan plan = TrainAll.Plan(Options(toy) with { Configurations = [Configuration.FullResolution], Folds = ["0", "7"] });

        Assert.StartsWith("fold 7 is beyond the 5 folds (0 to 4) of ", Assert.Single(plan.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void AModelOfThePythonOriginal_IsNotTrainedAgain()
    {
        using ToyTask toy = new();
        Directory.CreateDirectory(toy.FoldPath);
        File.WriteAllText(Path.Combine(toy.FoldPath, "model_final_checkpoint.model"), "");

        FoldWork work = Assert.Single(TrainAll.Plan(Options(toy) with { Configurations = [Configuration.FullResolution], Folds = ["0"] }).Work);

        Assert.Equal(FoldState.Complete, work.State);
        Assert.StartsWith("trained by nnU-Net v1 (Python); the .pkl beside it is missing", work.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void FoldsThatThePythonOriginalTrained_AreContinuedAndValidated()
    {
        // Given fold 0 of the original, finished and not validated, and its fold 1, which was interrupted
        using ToyTask toy = new();
        HandToThePythonOriginal(toy, "fold_0/model_final_checkpoint.model", "fold_1/model_latest.model");
        TrainAllOptions options = Options(toy) with { Configurations = [Configuration.FullResolution], Folds = ["0", "1"] };

        // When
        TrainAllPlan plan = TrainAll.Plan(options with { Each = options.Each with { Epochs = 4 } });

        // Then
        Assert.Equal([FoldState.NotValidated, FoldState.Interrupted], plan.Work.Select(static w => w.State));
        Assert.Equal([2, 2], plan.Work.Select(static w => w.Epoch));
        Assert.All(plan.Work, static w => Assert.Equal((4, "trained by nnU-Net v1 (Python)"), (w.Epochs, w.Remark)));
    }

    [Fact]
    public void AFoldThatThePythonOriginalFinished_AndThatValidatesNothing_IsComplete()
    {
        // Given
        using ToyTask toy = new();
        HandToThePythonOriginal(toy, "fold_0/model_final_checkpoint.model");
        Folds.Write(Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), Folds.FileName), [new Fold([.. Enumerable.Range(0, 10).Select(static i => $"toy_{i:000}")], [])]);

        // When
        FoldWork work = Assert.Single(TrainAll.Plan(Options(toy) with { Configurations = [Configuration.FullResolution] }).Work);

        // Then
        Assert.Equal((FoldState.Complete, null, "trained by nnU-Net v1 (Python)"), (work.State, work.Dice, work.Remark));
    }

    [Fact]
    public void ProbabilitiesThatAreMissing_MakeAFoldIncomplete()
    {
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);

        TrainAllPlan plan = TrainAll.Plan(new TrainAllOptions
        {
            Each = toy.Options with { Validation = new ValidationOptions { SaveProbabilities = true } },
            Configurations = [Configuration.FullResolution],
            Folds = ["0"],
        });

        Assert.Equal(FoldState.NotValidated, Assert.Single(plan.Work).State);
    }

    [Fact]
    public void TheUsersSplits_GiveTheFolds()
    {
        using ToyTask toy = new();
        string[] cases = [.. Enumerable.Range(0, 10).Select(static i => $"toy_{i:000}")];
        Folds.Write(
            Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), Folds.FileName),
            [.. Enumerable.Range(0, 7).Select(k => new Fold([.. cases.Where((_, i) => i != k)], [cases[k]]))]);

        TrainAllPlan plan = TrainAll.Plan(Options(toy) with { Configurations = [Configuration.Slices] });

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], plan.Work.Select(static w => w.Key.Fold));
    }

    [Fact]
    public void FoldsThatAreAskedFor_AreTrainedOnce()
    {
        using ToyTask toy = new();

        TrainAllPlan plan = TrainAll.Plan(Options(toy) with { Configurations = [Configuration.FullResolution], Folds = ["all", "01", "1"] });

        Assert.Equal(["all", "1"], plan.Work.Select(static w => w.Key.Fold));
    }

    [Fact]
    public void AConfigurationThatThePlansDoNotHave_IsRefused()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainAll.Plan(Options(toy) with { Configurations = [Configuration.Slices, Configuration.LowResolution] }));

        Assert.Contains("the plans nnUNetPlansv2.1 have no 3d_lowres; train 2d, 3d_fullres", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConfigurationThatThePlansDoNotHave_IsLeftOutWhereThatIsAskedFor()
    {
        using ToyTask toy = new();
        TrainAllOptions options = Options(toy) with { Configurations = [Configuration.LowResolution, Configuration.Slices], Folds = ["0"], OnlyPlanned = true };

        Assert.Equal(["2d, fold 0"], TrainAll.Plan(options).Work.Select(static w => w.Key.ToString()));
        Assert.Empty(TrainAll.Plan(options with { Configurations = [Configuration.LowResolution] }).Work);
    }

    [Fact]
    public void WrongOptions_AreToldInOneMessage()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainAll.Plan(Options(toy) with { Folds = ["x"], MaxTime = TimeSpan.Zero }));

        Assert.Contains("the fold is \"x\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("the longest time is 00:00:00, but must be positive", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutPlans_PlanningIsAskedFor()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainAll.Plan(new TrainAllOptions { Each = toy.Options with { Plans = "mine" } }));

        Assert.Contains("there are no plans mine; run nnUNet_plan_and_preprocess first", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EverythingThatIsMissing_IsTrained_AndARepeatedCallHasNothingToDo()
    {
        // Given an interrupted fold, and nothing else
        using ToyTask toy = new();
        Interrupt(toy.Options);
        TrainAllOptions options = Options(toy) with { Folds = ["0", "1"] };

        // When
        IReadOnlyList<FoldResult> results = TrainAll.Run(TrainAll.Plan(options));

        // Then
        Assert.All(results, static r => Assert.Equal(FoldOutcome.Done, r.Outcome));
        Assert.Equal(4, results.Count(static r => r.Dice is not null));
        Assert.Empty(TrainAll.Plan(options).Open);
    }

    [Fact]
    public void TheCascade_NeedsAllFoldsOfTheLowResolution()
    {
        using ToyTask toy = new();
        MakeTwoStages(toy);

        TrainAllPlan plan = TrainAll.Plan(Options(toy) with { Configurations = [Configuration.Cascade, Configuration.FullResolution], Folds = ["0"] });

        Assert.Equal(
            ["3d_lowres, fold 0", "3d_lowres, fold 1", "3d_lowres, fold 2", "3d_lowres, fold 3", "3d_lowres, fold 4", "3d_fullres, fold 0", "3d_cascade_fullres, fold 0"],
            plan.Work.Select(static w => w.Key.ToString()));
        Assert.Equal("nnUNetTrainerV2, needed by 3d_cascade_fullres", plan.Work[0].Remark);
        Assert.Equal("nnUNetTrainerV2CascadeFullRes", plan.Work[6].Key.Trainer);
        Assert.Equal(plan.Work.Take(5).Select(static w => w.Key), plan.Work[6].Needs);
        Assert.Empty(plan.Work[5].Needs);
    }

    [Fact]
    public void TheLowResolution_IsCompleteWithTheCascadesInput()
    {
        // Given
        using ToyTask toy = new();
        MakeTwoStages(toy);
        TrainAllOptions options = Options(toy) with { Configurations = [Configuration.LowResolution], Folds = ["0"] };
        TrainingResult result = TrainingRun.Execute(toy.Options with { Configuration = Configuration.LowResolution });
        FoldState before = TrainAll.Plan(options).Work[0].State;

        // When
        File.Delete(Path.Combine(result.FoldPath, "..", "pred_next_stage", "toy_000_segFromPrevStage.npz"));

        // Then
        Assert.Equal(FoldState.Complete, before);
        Assert.Equal(FoldState.NotValidated, TrainAll.Plan(options).Work[0].State);
    }

    [Fact]
    public void ATrainerThatIsNotForTheCascade_IsRefused()
    {
        using ToyTask toy = new();
        MakeTwoStages(toy);

        DescribedException error = Assert.Throws<DescribedException>(() => TrainAll.Plan(Options(toy) with { CascadeTrainer = "nnUNetTrainerV2" }));

        Assert.Contains("the trainer nnUNetTrainerV2 does not use the low resolution's segmentation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCascade_IsTrainedAfterItsLowResolution()
    {
        // Given
        using ToyTask toy = new();
        MakeTwoStages(toy);
        TrainAllOptions options = new() { Each = toy.Options with { Epochs = 1, Iterations = 1 }, Configurations = [Configuration.Cascade], Folds = ["0"] };

        // When
        IReadOnlyList<FoldResult> results = TrainAll.Run(TrainAll.Plan(options));

        // Then
        Assert.Equal(Enumerable.Repeat(FoldOutcome.Done, 6), results.Select(static r => r.Outcome));
        Assert.True(File.Exists(Path.Combine(
            toy.Workspace.ModelFolder("3d_cascade_fullres", "Task900_Toy", "nnUNetTrainerV2CascadeFullRes", "nnUNetPlansv2.1"), "fold_0", "validation_raw", "summary.json")));
        Assert.Empty(TrainAll.Plan(options).Open);
    }

    /// <summary>Gives the task a second stage that is like the first.</summary>
    private static void MakeTwoStages(ToyTask toy)
    {
        Plan plan = PlanFile.Read(toy.PlansPath);
        PlanFile.Write(toy.PlansPath, plan with { NumStages = 2, PlansPerStage = new() { [0] = plan.PlansPerStage[0], [1] = plan.PlansPerStage[0] } });
        string first = Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), "nnUNetData_plans_v2.1_stage0");
        string second = Directory.CreateDirectory(first[..^1] + "1").FullName;
        foreach (string file in Directory.GetFiles(first)) File.Copy(file, Path.Combine(second, Path.GetFileName(file)));
    }

    /// <summary>Trains the toy and leaves its checkpoint in the original's format only, under the names in the model's folder.</summary>
    private static void HandToThePythonOriginal(ToyTask toy, params string[] checkpoints)
    {
        using TemporaryFolder exported = new();
        TrainingRun.Execute(toy.Options);
        V1Exporter.Export(ModelFolder.Open(toy.ModelPath), exported["model"]);
        Directory.Delete(toy.ModelPath, recursive: true);
        foreach (string checkpoint in checkpoints)
        {
            string target = Path.Combine(toy.ModelPath, checkpoint);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            foreach (string ending in (string[])["", ".pkl"]) File.Copy(exported["model/fold_0/model_final_checkpoint.model"] + ending, target + ending);
        }
    }

    private static TrainAllOptions Options(ToyTask toy) => new() { Each = toy.Options };

    /// <summary>Stops a training after its first epoch.</summary>
    private static void Interrupt(TrainingOptions options)
    {
        using CancellationTokenSource cancel = new();
        TrainingRun.Execute(options, new Watch(p => cancel.CancelOnceIn(TrainingPhase.EpochDone, p.Phase)), cancel.Token);
    }
}
