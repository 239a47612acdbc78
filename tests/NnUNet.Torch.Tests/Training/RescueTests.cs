using NnUNet.Foundation;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Training;

/// <summary>A training that finds nothing is restarted with new weights and less momentum.</summary>
public sealed class RescueTests : LeakCheckedTest
{
    public RescueTests() => CatalogAssemblies.Add(typeof(RescueTests).Assembly);

    [Fact]
    public void ATrainingWithoutAnyDice_BeginsAnewWithLessMomentum()
    {
        using ToyTask toy = new();
        List<TrainingProgress> told = [];

        TrainingResult result = TrainingRun.Execute(Options(toy), new Watch(told.Add));

        TrainingState state = Final(result);
        Assert.Equal(0, state.Curves[1].Dice);
        Assert.Equal(0.95, state.RescueMomentum);
        double first = told.First(static p => p is { Phase: TrainingPhase.Training, Epoch: 2 }).Loss;
        Assert.InRange(first - state.Curves[1].TrainingLoss, 0.3, 3); // the network knows nothing of what it had learnt
        Assert.Single(told.Select(static p => p.Text), "after 2 epochs the validation Dice is still 0: too much momentum may be the cause, so it is lowered to 0.95, and the training is restarted with new weights");
    }

    [Fact]
    public void ARescuedTrainingThatIsContinued_EndsAsOneThatWasNotInterrupted()
    {
        using ToyTask one = new();
        using ToyTask other = new();
        using CancellationTokenSource cancel = new();
        TrainingResult untouched = TrainingRun.Execute(Options(one));

        TrainingRun.Execute(Options(other), new Watch(p => CancelIn(p, cancel)), cancel.Token);
        TrainingResult continued = TrainingRun.Execute(Options(other) with { Continue = true });

        Assert.Equal(TrainingRunTests.Weights(untouched.FoldPath), TrainingRunTests.Weights(continued.FoldPath));
    }

    private static TrainingOptions Options(ToyTask toy) => toy.Options with { Trainer = HopelessTrainer.Name, Epochs = 3, Iterations = 8, CheckpointInterval = TimeSpan.FromHours(1) };

    private static TrainingState Final(TrainingResult result) =>
        TrainingRunTests.Final(result.FoldPath).State;

    private static void CancelIn(TrainingProgress progress, CancellationTokenSource cancel)
    {
        if (progress is { Phase: TrainingPhase.Training, Epoch: 2, Done: 3 }) cancel.Cancel();
    }
}

/// <summary>Learns to see nothing.</summary>
[CatalogName(Name)]
public sealed class HopelessTrainer : TrainerRecipe
{
    public const string Name = "HopelessTrainer";

    public override int? RescueEpoch => 1;

    public override double InitialLearningRate => 0.2;

    public override string Loss => BackgroundLoss.Name;
}

/// <summary>Small where all is background.</summary>
[CatalogName(Name)]
public sealed class BackgroundLoss : SegmentationLoss
{
    public const string Name = "BackgroundLoss";

    public override Tensor Compute(Tensor logits, Tensor target) => logits.log_softmax(1).select(1, 0).mean().neg();
}
