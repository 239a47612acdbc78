using NnUNet.Cli.Texts;
using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Tests.Texts;

public sealed class TrainAllTablesTests
{
    [Fact]
    public void Plan_ShowsStateAndTimeOfEachFold()
    {
        TrainAllPlan plan = Plan(
            Work("0", FoldState.Complete) with { Dice = 0.8543 },
            Work("1", FoldState.Interrupted) with { Epoch = 12, Estimate = TimeSpan.FromMinutes(90) },
            Work("2", FoldState.NotValidated),
            Work("3", FoldState.Missing) with { Estimate = TimeSpan.FromMinutes(150), Remark = "needed by 3d_cascade_fullres" },
            Work("4", FoldState.Damaged));

        Assert.Equal(
            """
            Task900_Toy
              configuration  fold  state                                                time left
              -----------------------------------------------------------------------------------
              3d_fullres     0     complete, Dice 0.8543
              3d_fullres     1     to continue after epoch 12 of 1000                      1:30 h
              3d_fullres     2     trained, to validate
              3d_fullres     3     to train, 1000 epochs, needed by 3d_cascade_fullres     2:30 h
              3d_fullres     4     damaged
            1 of 5 folds are complete, 4 to do: about 4:00 h on cpu, without the final validations.
            """.ReplaceLineEndings(),
            TrainAllTables.Plan(plan));
    }

    [Fact]
    public void AFoldThatWasBegunOtherwise_IsRefusedInThePlan()
    {
        string text = TrainAllTables.Plan(Plan(Work("0", FoldState.Different) with { Remark = "epochs 2, not 7", Differences = new TrainingDifferences(["epochs 2, not 7"], []) }, Work("1", FoldState.Missing)));

        Assert.Contains("0     refused, was begun otherwise: epochs 2, not 7", text, StringComparison.Ordinal);
        Assert.EndsWith("1 of 2 folds were begun otherwise than is asked for, so nothing is trained.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AFoldInTrainingElsewhere_IsToldApart()
    {
        FoldWork running = Work("0", FoldState.Running) with { Remark = "process 4711 on ward3" };

        string some = TrainAllTables.Plan(Plan(running, Work("1", FoldState.Missing) with { Estimate = TimeSpan.FromMinutes(5) }));
        string none = TrainAllTables.Plan(Plan(running, Work("1", FoldState.Complete)));

        Assert.Contains("0     in training by process 4711 on ward3", some, StringComparison.Ordinal);
        Assert.Contains("0 of 2 folds are complete, 1 in training by another process, 1 to do: about 5:00 min on cpu", some, StringComparison.Ordinal);
        Assert.EndsWith("1 of 2 folds are complete, 1 in training by another process, 0 to do.", none, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereNothingIsKnown_ThePlanSaysSo()
    {
        string text = TrainAllTables.Plan(Plan(Work("0", FoldState.Missing)));

        Assert.EndsWith("0 of 1 folds are complete, 1 to do: how long that takes is known after a first epoch of each configuration.", text, StringComparison.Ordinal);
        Assert.Contains("to train, 1000 epochs          ?", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereSomethingIsKnown_ThePlanSaysAtLeast()
    {
        string text = TrainAllTables.Plan(Plan(Work("0", FoldState.Missing) with { Estimate = TimeSpan.FromMinutes(5) }, Work("1", FoldState.Missing)));

        Assert.Contains("2 to do: at least 5:00 min on cpu", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereAllIsComplete_NothingIsToDo() =>
        Assert.EndsWith("All 1 folds are complete.", TrainAllTables.Plan(Plan(Work("0", FoldState.Complete))), StringComparison.Ordinal);

    [Fact]
    public void Results_ShowHowEachFoldEnded()
    {
        string text = TrainAllTables.Results(
        [
            new FoldResult(Work("0", FoldState.Missing), FoldOutcome.Done, Dice: 0.5),
            new FoldResult(Work("1", FoldState.Missing), FoldOutcome.Failed, "no memory"),
            new FoldResult(Work("2", FoldState.Missing), FoldOutcome.NotStarted),
        ]);

        Assert.Equal(
            """
              configuration  fold  result         Dice
              ----------------------------------------
              3d_fullres     0     done         0.5000
              3d_fullres     1     failed
              3d_fullres     2     not started
            """.ReplaceLineEndings(),
            text);
    }

    private static FoldWork Work(string fold, FoldState state) => new()
    {
        Key = new FoldKey(Configuration.FullResolution, "nnUNetTrainerV2", fold),
        State = state,
        Epoch = 0,
        Epochs = 1000,
    };

    internal static TrainAllOptions Options() => new()
    {
        Each = new TrainingOptions { Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = "nowhere" }), Configuration = Configuration.FullResolution, Task = "900", Fold = "0" },
    };

    private static TrainAllPlan Plan(params FoldWork[] work) => new("Task900_Toy", Options(), [.. work]);
}
