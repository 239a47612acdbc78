using NnUNet.Foundation;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Trainings that stop in time, and such as save nothing.</summary>
public sealed class StoppingTests : LeakCheckedTest
{
    [Theory]
    [InlineData(1)] // over before the first step, as on a machine that is very busy
    [InlineData(3000)]
    public void WhenTheTimeIsOver_TheTrainingIsSavedAndGoesOnExactly(int milliseconds)
    {
        using ToyTask toy = new();
        using ToyTask other = new();
        TrainingOptions options = toy.Options with { CheckpointInterval = TimeSpan.FromHours(1) };
        TrainingRun.Execute(options);

        TrainingResult stopped = TrainingRun.Execute(
            options with { Workspace = other.Workspace, MaxTime = TimeSpan.FromMilliseconds(milliseconds) }, new Watch(static p => SleepAt(p, TrainingPhase.Training, 2)));
        TrainingResult continued = TrainingRun.Execute(options with { Workspace = other.Workspace, Continue = true });

        Assert.Equal((false, true, 0), (stopped.Completed, stopped.TimeIsUp, stopped.Epochs));
        Assert.Equal((true, false), (continued.Completed, continued.TimeIsUp));
        Assert.Equal(TrainingRunTests.Weights(toy), TrainingRunTests.Weights(other));
    }

    [Fact]
    public void WithoutSaving_ThereAreScoresAndNoCheckpoints()
    {
        using ToyTask toy = new();
        List<string> notices = [];

        TrainingResult result = TrainingRun.Execute(toy.Options with { Save = false }, new Watch(p => notices.Add(p.Text)));

        Assert.True(result.Completed);
        Assert.NotNull(result.Summary);
        Assert.Empty(Directory.GetFiles(toy.FoldPath, "model_*"));
        Assert.Contains(notices, static n => n.StartsWith("no checkpoint is saved: this training cannot be continued", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutSaving_NothingCanBeContinued()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Save = false, Continue = true, MaxTime = TimeSpan.Zero }));

        Assert.Contains("a training that saves no checkpoints cannot be continued or only validated", error.Message, StringComparison.Ordinal);
        Assert.Contains("the longest time is 00:00:00, but must be positive", error.Message, StringComparison.Ordinal);
    }

    private static void SleepAt(TrainingProgress progress, TrainingPhase phase, int done)
    {
        if (progress.Phase == phase && progress is { Epoch: 0 } && progress.Done == done) Thread.Sleep(TimeSpan.FromSeconds(4));
    }
}
