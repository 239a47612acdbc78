using NnUNet.Foundation;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Trainings whose rate, loss and end depend on their course: interrupted and continued they are the same, bit for bit.</summary>
public sealed class CourseTests : LeakCheckedTest
{
    public CourseTests() => CatalogAssemblies.Add(typeof(CourseTests).Assembly);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void ATrainingThatFollowsItsLosses_ContinuesAsIfItHadNotStopped(int epoch, int done)
    {
        // Given a rate that every epoch's loss decides, a loss that changes with each epoch, and an end after three of six epochs
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Trainer = WilfulTrainer.Name, Epochs = 6, CheckpointInterval = TimeSpan.FromHours(1) };
        TrainingResult untouched = TrainingRun.Execute(options);
        string weights = TrainingRunTests.Weights(untouched.FoldPath);
        TrainingState whole = Final(untouched);
        using CancellationTokenSource cancel = new();

        // When it is interrupted and continued
        TrainingResult interrupted = TrainingRun.Execute(options, new Watch(p => CancelAt(cancel, p, epoch, done)), cancel.Token);
        TrainingResult continued = TrainingRun.Execute(options with { Continue = true });

        // Then it ends after three epochs with the same weights, by the same rates
        Assert.False(interrupted.Completed);
        Assert.True(untouched.Completed && continued.Completed);
        Assert.Equal(weights, TrainingRunTests.Weights(continued.FoldPath));
        Assert.True(whole.EndedEarly && Final(continued).EndedEarly);
        Assert.Equal(3, whole.Curves.Count);
        Assert.Equal(whole.Curves.Select(static c => (c.Rate, c.TrainingLoss)), Final(continued).Curves.Select(static c => (c.Rate, c.TrainingLoss)));
        Assert.Equal(whole.Curves[1].TrainingLoss / 100, whole.Curves[2].Rate, 1e-12);
    }

    [Fact]
    public void ATrainingThatHasEndedEarly_IsComplete()
    {
        // Given
        using ToyTask toy = new();
        List<TrainingProgress> told = [], again = [];
        TrainingOptions options = toy.Options with { Trainer = WilfulTrainer.Name, Epochs = 6 };
        TrainingResult ended = TrainingRun.Execute(options, new Watch(told.Add));

        // When it is continued, and once more without its final checkpoint, as if it had been killed before that was written
        TrainingResult complete = TrainingRun.Execute(options with { Continue = true }, new Watch(again.Add));
        string final = Path.Combine(ended.FoldPath, "model_final_checkpoint.safetensors");
        File.Move(final, Path.Combine(ended.FoldPath, "model_latest.safetensors"));
        TrainingResult killed = TrainingRun.Execute(options with { Continue = true }, new Watch(again.Add));

        // Then nothing more is trained
        Assert.Contains("the training ends after 3 of 6 epochs: three are enough", told.Select(static p => p.Text));
        Assert.True(complete.Completed && killed.Completed);
        Assert.True(File.Exists(final));
        Assert.DoesNotContain(again, static p => p.Phase == TrainingPhase.Training);
    }

    private static TrainingState Final(TrainingResult result) => TrainingRunTests.Final(result.FoldPath).State;

    private static void CancelAt(CancellationTokenSource cancel, TrainingProgress progress, int epoch, int done)
    {
        if (progress.Phase == TrainingPhase.Training && progress.Epoch == epoch && progress.Done == done) cancel.Cancel();
    }
}

/// <summary>Every epoch's loss decides the next one's rate; each epoch has another loss; three epochs are enough.</summary>
[CatalogName(Name)]
public sealed class WilfulTrainer : TrainerRecipe
{
    public const string Name = "WilfulTrainer";

    public override string Loss => WilfulLoss.Name;

    public override double LearningRateAfter(TrainingCourse course) => course.Done is [.., var last] ? last.TrainingLoss / 100 : 0.01;

    public override string? EndsAfter(TrainingCourse course) => course.Epoch >= 3 ? "three are enough" : null;
}

/// <summary>Cross-entropy that counts more from epoch to epoch.</summary>
[CatalogName(Name)]
public sealed class WilfulLoss : Torch.Losses.SegmentationLoss
{
    public const string Name = "WilfulLoss";

    private readonly Torch.Losses.CrossEntropyLoss _entropy = new();
    private double _weight = 1;

    public override void StartEpoch(int epoch) => _weight = epoch + 1;

    public override TorchSharp.torch.Tensor Compute(TorchSharp.torch.Tensor logits, TorchSharp.torch.Tensor target)
    {
        using TorchSharp.torch.Tensor plain = _entropy.Compute(logits, target);
        return Torch.Runtime.ScalarArithmetic.Times(plain, _weight);
    }
}
