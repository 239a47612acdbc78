using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>All 125 trainer names of the original: each trains, continues and predicts, or is refused with its reason.</summary>
public sealed class OriginalTrainersTests(OriginalTrainersTask task) : LeakCheckedTest, IClassFixture<OriginalTrainersTask>
{
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["nnUNetTrainerV2_softDeepSupervision"] = "was never published",
    };

    public static TheoryData<string> Trained { get; } = [.. OriginalTrainers.Names.Where(static name => !Reasons.ContainsKey(name))];

    public static TheoryData<string> Refused { get; } = [.. Reasons.Keys];

    [Fact]
    public void TheNames_AreThoseOfTheOriginal()
    {
        Assert.Equal(125, OriginalTrainers.Names.Distinct().Count());
        Assert.Empty(Reasons.Keys.Except(OriginalTrainers.Names));
        Assert.Empty(Reasons.Keys.Intersect(Catalog<TrainerRecipe>.Names));
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void ATrainer_TrainsContinuesAndPredicts(string trainer)
    {
        // Given a training of two epochs of two iterations, stopped within the second
        TrainingOptions options = task.OptionsOf(trainer);
        using CancellationTokenSource cancel = new();
        TrainingResult begun = TrainingRun.Execute(options, new Watch(p => CancelInTheSecondEpoch(cancel, p)), cancel.Token);

        // When it is continued, and its model segments an image
        TrainingResult continued = TrainingRun.Execute(options with { Continue = true });
        TrainingState state = Checkpoint.ReadRecord<TrainingRecord>(Path.Combine(continued.FoldPath, Checkpoint.Final + Checkpoint.Ending)).State;
        using Segmenter segmenter = Segmenter.Load(Path.GetDirectoryName(continued.FoldPath)!);
        short[] labels = segmenter.Predict([OriginalTrainersTask.Image], segmenter.Model.Network.PreviousStage ? OriginalTrainersTask.Segmentation : null).Segmentation.Voxels;

        // Then both epochs are there, their losses are numbers, the validation is scored, and so is every voxel
        Assert.False(begun.Completed);
        Assert.True(continued.Completed);
        Assert.Equal((2, 2), (state.Epoch, state.Curves.Count));
        Assert.All(state.Curves, static epoch => Assert.True(double.IsFinite(epoch.TrainingLoss)));
        Assert.NotNull(continued.Summary);
        Assert.Equal(OriginalTrainersTask.Image.Voxels.Length, labels.Length);
        Assert.All(labels, static label => Assert.InRange(label, 0, 3));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void ATrainerThatIsNotHere_IsRefusedWithTheReason(string trainer)
    {
        TrainingOptions options = task.OptionsOf("nnUNetTrainerV2") with { Trainer = trainer };

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(options));

        Assert.Contains(Reasons[trainer], error.Message, StringComparison.Ordinal);
        Assert.Contains(trainer, error.Message, StringComparison.Ordinal);
    }

    private static void CancelInTheSecondEpoch(CancellationTokenSource cancel, TrainingProgress progress)
    {
        if (progress is { Epoch: 1, Phase: TrainingPhase.Training, Done: 1 }) cancel.Cancel();
    }
}
