using NnUNet.Core.Models;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Short trainings of variants whose state is more than weights and momentum, or whose samples take more than the standard ones.</summary>
public sealed class VariantTrainingTests : LeakCheckedTest
{
    [Theory]
    [InlineData("nnUNetTrainerV2_BN")]
    [InlineData("nnUNetTrainerV2_DA3")]
    [InlineData("nnUNetTrainerV2_Adam")]
    [InlineData("nnUNetTrainerV2_Ranger_lr3en3")]
    [InlineData("nnUNetTrainer")]
    [InlineData("nnUNetTrainerV2_5epochs_dummyLoad")]
    public void AVariantThatIsInterruptedAndContinued_EndsAsOneThatWasNot(string trainer)
    {
        // Given a training of a variant
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Trainer = trainer, CheckpointInterval = TimeSpan.FromHours(1) };
        string uninterrupted = TrainingRunTests.Weights(TrainingRun.Execute(options).FoldPath);
        using CancellationTokenSource cancel = new();

        // When the same is interrupted in the second epoch and continued
        TrainingResult interrupted = TrainingRun.Execute(options, new Watch(p => CancelAtTheSecondEpoch(cancel, p)), cancel.Token);
        TrainingResult continued = TrainingRun.Execute(options with { Continue = true });

        // Then its weights, batch norm's averages among them, and what the optimiser remembers are the same
        Assert.False(interrupted.Completed);
        Assert.True(continued.Completed);
        Assert.Equal(uninterrupted, TrainingRunTests.Weights(continued.FoldPath));
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_noMirroring", false)]
    [InlineData("nnUNetTrainerV2_noDataAugmentation", false)]
    [InlineData("nnUNetTrainerNoDA", false)]
    [InlineData("nnUNetTrainerV2_insaneDA", true)]
    public void TheModelFolder_SaysWhetherPredictionMirrors(string trainer, bool mirrors)
    {
        using ToyTask toy = new();

        TrainingResult result = TrainingRun.Execute(toy.Options with { Trainer = trainer, Epochs = 1, Iterations = 1 });

        Assert.Equal(mirrors, ModelFolder.Open(Path.GetDirectoryName(result.FoldPath)!).Network.MirrorAxes.Count > 0);
    }

    private static void CancelAtTheSecondEpoch(CancellationTokenSource cancel, TrainingProgress progress)
    {
        if (progress is { Epoch: 1, Phase: TrainingPhase.Training, Done: 2 }) cancel.Cancel();
    }
}
