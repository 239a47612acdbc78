using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Two trainings of one fold.</summary>
public sealed class FoldLockTests : LeakCheckedTest
{
    [Fact]
    public void ASecondTrainingOfAFold_IsRefusedAndLeavesTheFirstAlone()
    {
        // Given a training in whose first epoch another one begins
        using ToyTask toy = new();
        FoldInUseException? refused = null;
        FoldState seen = default;
        Watch begin = new(p =>
        {
            if (p.Phase != TrainingPhase.EpochDone || refused is not null) return;
            refused = Assert.Throws<FoldInUseException>(() => TrainingRun.Execute(toy.Options));
            seen = Look(toy).Work[0].State;
        });

        // When
        TrainingResult first = TrainingRun.Execute(toy.Options, begin);

        // Then
        Assert.True(first.Completed);
        Assert.Equal(toy.FoldPath, refused!.Where);
        Assert.Contains($"this fold is being trained by process {Environment.ProcessId} on {Environment.MachineName}; wait until", refused.Message, StringComparison.Ordinal);
        Assert.Equal(FoldState.Running, seen);
        Assert.Equal(FoldState.Complete, Look(toy).Work[0].State);
        Assert.Empty(Directory.GetFiles(toy.FoldPath, FoldLock.FileName + "*"));
    }

    [Fact]
    public void ATrainingThatCannotBegin_LeavesNoFold()
    {
        using ToyTask toy = new();

        Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Continue = true }));

        Assert.False(Directory.Exists(toy.FoldPath));
    }

    private static TrainAllPlan Look(ToyTask toy) => TrainAll.Plan(new TrainAllOptions { Each = toy.Options, Configurations = [Configuration.FullResolution], Folds = ["0"] });
}
