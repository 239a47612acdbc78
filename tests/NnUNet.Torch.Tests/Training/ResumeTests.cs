using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A training that was killed or interrupted and continued ends as one that was not: bit for bit.</summary>
public sealed class ResumeTests : LeakCheckedTest
{
    // Places within two epochs of three training iterations and one validation iteration each.
    [Theory]
    [InlineData(0, TrainingPhase.Training, 1)]
    [InlineData(0, TrainingPhase.Training, 3)]
    [InlineData(0, TrainingPhase.Validating, 1)]
    [InlineData(1, TrainingPhase.Training, 2)]
    [InlineData(1, TrainingPhase.Validating, 1)]
    public void KilledAnywhereAndContinued_TheWeightsAreThoseOfAnUninterruptedTraining(int epoch, TrainingPhase phase, int done)
    {
        // Given: an uninterrupted training, and the disk as it was in the middle of it. Checkpoints are written after every
        // iteration, here right after the report, so the copy is one iteration behind.
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options, new Watch(p => CopyAt(toy, p, epoch, phase, done)));
        string uninterrupted = TrainingRunTests.Weights(toy);
        string curves = Curves(toy);

        // When
        toy.RestoreFoldFrom("killed");
        TrainingRun.Execute(toy.Options with { Epochs = null, Iterations = null, Continue = true });

        // Then
        Assert.Equal(uninterrupted, TrainingRunTests.Weights(toy));
        Assert.Equal(curves, Curves(toy));
    }

    [Theory]
    [InlineData(0, TrainingPhase.Training, 2)]
    [InlineData(0, TrainingPhase.Validating, 1)]
    [InlineData(1, TrainingPhase.Training, 1)]
    public void CancelledAndContinued_TheWeightsAreThoseOfAnUninterruptedTraining(int epoch, TrainingPhase phase, int done)
    {
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { CheckpointInterval = TimeSpan.FromHours(1) };
        TrainingRun.Execute(options);
        string uninterrupted = TrainingRunTests.Weights(toy);
        using CancellationTokenSource cancel = new();

        TrainingResult interrupted = TrainingRun.Execute(options, new Watch(p => CancelAt(cancel, p, epoch, phase, done)), cancel.Token);
        TrainingResult continued = TrainingRun.Execute(options with { Continue = true });

        Assert.False(interrupted.Completed);
        Assert.True(continued.Completed);
        Assert.Equal(uninterrupted, TrainingRunTests.Weights(toy));
    }

    [Fact]
    public void ADamagedCheckpoint_IsPassedOverAndTold()
    {
        // Given: two latest checkpoints, the newer with a wrong byte among its numbers.
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options, new Watch(p => CopyAt(toy, p, 1, TrainingPhase.Training, 2)));
        string uninterrupted = TrainingRunTests.Weights(toy);
        toy.RestoreFoldFrom("killed");
        Flip(Path.Combine(toy.FoldPath, "model_latest.safetensors"));
        List<string> notices = [];

        // When
        TrainingRun.Execute(toy.Options with { Continue = true }, new Watch(p => notices.Add(p.Text)));

        // Then
        Assert.Contains(notices, static n => n.StartsWith("the newest checkpoint is damaged, so the one before it is taken", StringComparison.Ordinal));
        Assert.Equal(uninterrupted, TrainingRunTests.Weights(toy));
    }

    [Fact]
    public void HalfWrittenCheckpoints_AreRemoved()
    {
        using ToyTask toy = new();
        string leftover = Path.Combine(toy.FoldPath, "model_latest.safetensors.123-4.tmp");
        Directory.CreateDirectory(toy.FoldPath);
        File.WriteAllText(leftover, "half");

        TrainingRun.Execute(toy.Options with { Epochs = 1, Iterations = 1 });

        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public void AnotherLength_IsRefused()
    {
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Epochs = 7, Iterations = 8, Continue = true }));

        Assert.Contains("begun otherwise: epochs 2, not 7, iterations 3, not 8; leave these options out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherPlan_IsRefused()
    {
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);
        Plan plan = PlanFile.Read(toy.PlansPath);
        plan.PlansPerStage[0] = plan.PlansPerStage[0] with { BatchSize = 3 };
        PlanFile.Write(toy.PlansPath, plan);

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Continue = true }));

        Assert.Contains("have changed since this training was begun: batch_size 2, now 3;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutACheckpoint_ThereIsNothingToContinue()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Continue = true }));

        Assert.EndsWith("there is no training to continue; leave out -c to begin it.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BeginningAnew_LeavesNothingOfTheEarlierTraining()
    {
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);
        using CancellationTokenSource cancel = new();

        TrainingRun.Execute(toy.Options with { Epochs = 5 }, new Watch(p => CancelAt(cancel, p, 0, TrainingPhase.Training, 1)), cancel.Token);
        TrainingRun.Execute(toy.Options with { Epochs = null, Continue = true });

        Assert.Equal(5, TrainingRunTests.Final(toy).State.Curves.Count);
    }

    [Fact]
    public void ACompleteTraining_IsOnlyValidatedAgain()
    {
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);
        string weights = TrainingRunTests.Weights(toy);
        List<TrainingPhase> phases = [];

        TrainingResult again = TrainingRun.Execute(toy.Options with { Continue = true }, new Watch(p => phases.Add(p.Phase)));

        Assert.True(again.Completed);
        Assert.DoesNotContain(TrainingPhase.Training, phases);
        Assert.Equal(weights, TrainingRunTests.Weights(toy));
    }

    private static void CopyAt(ToyTask toy, TrainingProgress progress, int epoch, TrainingPhase phase, int done)
    {
        if (progress.Phase == phase && progress.Epoch == epoch && progress.Done == done) toy.CopyFoldTo("killed");
    }

    private static void CancelAt(CancellationTokenSource cancel, TrainingProgress progress, int epoch, TrainingPhase phase, int done)
    {
        if (progress.Phase == phase && progress.Epoch == epoch && progress.Done == done) cancel.Cancel();
    }

    private static void Flip(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        file.Seek(-1, SeekOrigin.End);
        int last = file.ReadByte();
        file.Seek(-1, SeekOrigin.End);
        file.WriteByte((byte)(last ^ 0x40));
    }

    /// <summary>The curves without the times.</summary>
    private static string Curves(ToyTask toy) => ProductJson.ToNode(
        TrainingRunTests.Final(toy).State.Curves.Select(static c => c with { Seconds = 0, WaitShare = 0 }).ToValueArray())!.ToJsonString();
}
