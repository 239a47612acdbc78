using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Trainings whose convolutions compute in 16 bits.</summary>
public sealed class PrecisionTests : LeakCheckedTest
{
    [Fact]
    public void WhereTheUserSaysNothing_TheFastestPrecisionIsTakenAndRecorded()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options with { Epochs = 1, Iterations = 1, Precision = null });

        Assert.Equal(ComputePrecisions.FastestOn(TorchDevice.Cpu), TrainingRunTests.Final(toy).Settings.Precision);
    }

    [Fact]
    public void InBFloat16_ATrainingLearnsAsInFloat32()
    {
        using ToyTask exact = new();
        using ToyTask rough = new();
        TrainingOptions length = exact.Options with { Epochs = 2, Iterations = 20 };

        TrainingRun.Execute(length with { Precision = ComputePrecision.Float32 });
        TrainingRun.Execute(length with { Workspace = rough.Workspace, Precision = ComputePrecision.BFloat16 });

        // Then: the curves lie together, and are not the same
        double[] losses = [.. TrainingRunTests.Final(exact).State.Curves.Select(static c => c.TrainingLoss)];
        double[] roughLosses = [.. TrainingRunTests.Final(rough).State.Curves.Select(static c => c.TrainingLoss)];
        Assert.InRange(Math.Abs(roughLosses[0] - losses[0]), 1e-7, 0.02);
        Assert.InRange(Math.Abs(roughLosses[1] - losses[1]), 1e-7, 0.02);
    }

    [Fact]
    public void AContinuedTraining_TakesTheRecordedPrecision()
    {
        using ToyTask toy = new();
        Interrupt(toy, ComputePrecision.BFloat16);
        List<string> notices = [];

        TrainingRun.Execute(toy.Options with { Continue = true, Precision = null }, new Watch(p => notices.Add(p.Text)));

        Assert.Equal(ComputePrecision.BFloat16, TrainingRunTests.Final(toy).Settings.Precision);
        Assert.DoesNotContain(notices, static n => n.StartsWith("begun in", StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherPrecision_IsToldAndTaken()
    {
        using ToyTask toy = new();
        Interrupt(toy, ComputePrecision.BFloat16);
        List<string> notices = [];

        TrainingRun.Execute(toy.Options with { Continue = true, Precision = ComputePrecision.Float32 }, new Watch(p => notices.Add(p.Text)));

        Assert.Contains(
            "begun in bfloat16 with 1 threads on cpu, continued in float32 with 1 threads on cpu: the weights will not be, bit for bit, those of an uninterrupted training",
            notices);
        Assert.Equal(ComputePrecision.Float32, TrainingRunTests.Final(toy).Settings.Precision);
    }

    private static void Interrupt(ToyTask toy, ComputePrecision precision)
    {
        using CancellationTokenSource cancel = new();
        TrainingRun.Execute(toy.Options with { Precision = precision }, new Watch(p => CancelAfterTheFirst(p, cancel)), cancel.Token);
    }

    private static void CancelAfterTheFirst(TrainingProgress progress, CancellationTokenSource cancel)
    {
        if (progress is { Phase: TrainingPhase.Training, Done: 1 }) cancel.Cancel();
    }
}
