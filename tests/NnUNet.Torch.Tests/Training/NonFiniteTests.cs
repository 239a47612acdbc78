using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Numbers that are none: steps are skipped, told, counted, and repeated exactly.</summary>
public sealed class NonFiniteTests : LeakCheckedTest
{
    private readonly ToyTask _toy = new();

    private string Cases => Path.Combine(Path.GetDirectoryName(_toy.PlansPath)!, "nnUNetData_plans_v2.1_stage0");

    [Fact]
    public void WhereEveryStepIsSkipped_TheWeightsStayAsTheyBegan()
    {
        TrainingRunTests.SpoilAll(Cases);
        List<string> notices = [];

        DescribedException refused = TrainToItsRefusedValidation(_toy.Options with { Epochs = 1 }, notices);

        // Then
        Assert.Contains("in channel 0", refused.What, StringComparison.Ordinal);
        Assert.Contains("not a number (NaN)", refused.What, StringComparison.Ordinal);
        TrainingState state = TrainingRunTests.Final(_toy).State;
        Assert.Equal((3, 3), (state.Curves[0].SkippedSteps, state.SkippedInARow));
        Assert.True(double.IsNaN(state.Curves[0].TrainingLoss));
        Assert.Contains(notices, static n => n.StartsWith("epoch 0, training iteration 1: step skipped: the loss is NaN (cases toy_00", StringComparison.Ordinal));
        Assert.Contains(notices, static n => n.StartsWith("epoch 0, validation iteration 0: left out: the loss is NaN (cases toy_00", StringComparison.Ordinal));
        using SegmentationNetwork begun = Initialized(), ended = Initialized();
        Checkpoint.Load<TrainingRecord>(Path.Combine(_toy.FoldPath, "model_final_checkpoint.safetensors"), ended);
        Assert.Equal(Values(begun), Values(ended));
    }

    [Fact]
    public void WithOneBadCase_TheTrainingGoesOn_AndContinuesExactly()
    {
        // Given a training in which some steps are skipped, and the disk as it was in the middle of it
        TrainingRunTests.SpoilAll(Cases, "toy_006");
        TrainingOptions options = _toy.Options with { Iterations = 6 };
        TrainingRun.Execute(options, new Watch(p =>
        {
            if (p is { Phase: TrainingPhase.Training, Epoch: 1, Done: 2 }) _toy.CopyFoldTo("killed");
        }));
        string uninterrupted = TrainingRunTests.Weights(_toy);
        TrainingState state = TrainingRunTests.Final(_toy).State;

        // When
        _toy.RestoreFoldFrom("killed");
        TrainingRun.Execute(options with { Continue = true });

        // Then
        Assert.InRange(state.Curves.Sum(static c => c.SkippedSteps), 1, 11);
        Assert.All(state.Curves, static c => Assert.True(double.IsFinite(c.TrainingLoss)));
        Assert.Equal(uninterrupted, TrainingRunTests.Weights(_toy));
        Assert.Equal(state.Curves.Select(static c => c.SkippedSteps), TrainingRunTests.Final(_toy).State.Curves.Select(static c => c.SkippedSteps));
    }

    [Fact]
    public void InFloat16_TheScaleIsLoweredBeforeStepsCount()
    {
        TrainingRunTests.SpoilAll(Cases);
        List<string> notices = [];

        TrainToItsRefusedValidation(_toy.Options with { Precision = ComputePrecision.Float16, Epochs = 1 }, notices);

        TrainingState state = TrainingRunTests.Final(_toy).State;
        Assert.Equal((3, 0), (state.Curves[0].SkippedSteps, state.SkippedInARow));
        Assert.Equal(new LossScale { Scale = 8192 }, state.LossScale);
        Assert.Contains(notices, static n => n.Contains("the loss is NaN; loss scale lowered to 32768 (cases", StringComparison.Ordinal));
    }

    [Fact]
    public void InFloat16_ATrainingLearns()
    {
        TrainingRun.Execute(_toy.Options with { Precision = ComputePrecision.Float16, Iterations = 20 });

        TrainingState state = TrainingRunTests.Final(_toy).State;
        Assert.True(state.Curves[1].TrainingLoss < state.Curves[0].TrainingLoss - 0.05);
        Assert.InRange(state.LossScale!.GoodSteps, 20, 40);
    }

    [Fact]
    public void TheLossScale_GrowsAfterTwoThousandSteps_AndHasAFloor()
    {
        LossScale almost = new() { Scale = 4, GoodSteps = 1999 };

        Assert.Equal(new LossScale { Scale = 8 }, almost.AfterStep());
        Assert.Equal(new LossScale { Scale = 2 }, almost.AfterSkip());
        Assert.Equal(new LossScale { Scale = 1 }, new LossScale { Scale = 1, GoodSteps = 5 }.AfterSkip());
        Assert.Equal(65536, new LossScale().Scale);
    }

    protected override void Dispose(bool disposing)
    {
        _toy.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A training on spoiled cases comes to its end; its final validation, which reads them whole, refuses them by name.</summary>
    private static DescribedException TrainToItsRefusedValidation(TrainingOptions options, List<string> notices) =>
        Assert.ThrowsAny<DescribedException>(() => TrainingRun.Execute(options, new Watch(p => notices.Add(p.Text))));

    private SegmentationNetwork Initialized()
    {
        SegmentationNetwork network = NetworkFactory.Create(Core.Models.ModelFolder.Open(_toy.ModelPath).Network);
        network.Initialize((ulong)TrainingRun.DefaultSeed);
        return network;
    }

    private static float[][] Values(SegmentationNetwork network) => [.. network.parameters().Select(static p => p.data<float>().ToArray())];
}
