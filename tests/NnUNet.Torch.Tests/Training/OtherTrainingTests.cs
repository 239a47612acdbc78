using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>Which checkpoint counts where another program's and ours lie in one fold, on a toy that was handed to the original's format.</summary>
public sealed class OtherTrainingTests : LeakCheckedTest
{
    [Fact]
    public void OnceTakenOver_OurCheckpointCounts_AndTheOtherStays()
    {
        // Given a fold of two epochs
        using ToyTask toy = new();
        string checkpoint = Hand(toy, "model_latest");
        byte[] before = File.ReadAllBytes(checkpoint);
        using CancellationTokenSource stop = new();

        // When it is continued, interrupted in its first epoch, and continued again
        TrainingOptions options = toy.Options with { Continue = true, Epochs = 4 };
        TrainingResult interrupted = TrainingRun.Execute(options, new Watch(p => stop.CancelOnceIn(TrainingPhase.Training, p.Phase)), stop.Token);
        string? other = OtherTraining.Find(toy.FoldPath, best: false, finalOnly: false);
        TrainingResult result = TrainingRun.Execute(options with { Epochs = null });

        // Then
        Assert.False(interrupted.Completed);
        Assert.Null(other);
        Assert.True(result.Completed);
        TrainingRecord record = TrainingRunTests.Final(toy);
        Assert.Equal((4, 4), (record.Settings.Epochs, record.State.Curves.Count));
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
    }

    [Fact]
    public void AFinishedFold_IsOnlyValidated_AndStaysTheOtherPrograms()
    {
        // Given the same training in both formats
        using ToyTask whole = new();
        using ToyTask toy = new();
        TrainingRun.Execute(whole.Options with { Epochs = 3 });
        TrainingRun.Execute(toy.Options with { Epochs = 3 });
        string ours = Path.Combine(toy.FoldPath, "model_final_checkpoint.safetensors");
        Hand(toy, "model_final_checkpoint", trained: true);
        Assert.False(File.Exists(ours));

        // When the other program's checkpoint is complete
        TrainingResult result = TrainingRun.Execute(toy.Options with { Continue = true, Epochs = 3 });

        // Then it is only validated, with the same scores
        Assert.True(result.Completed);
        Assert.False(File.Exists(ours));
        Assert.False(File.Exists(Path.Combine(toy.ModelPath, "plans.json")));
        Assert.Equal(TrainingRun.Execute(whole.Options with { ValidationOnly = true, Epochs = null, Iterations = null }).Summary!.ForegroundMean(), result.Summary!.ForegroundMean());
    }

    [Fact]
    public void TheBestCheckpoint_IsValidatedWhereItIsAskedFor()
    {
        // Given
        using ToyTask toy = new();
        string best = Hand(toy, "model_best");
        List<string> told = [];

        // When
        TrainingOptions options = toy.Options with { ValidationOnly = true, Epochs = null, Iterations = null };
        TrainingResult result = TrainingRun.Execute(options with { Validation = new ValidationOptions { Best = true } }, new Watch(p => told.Add(p.Text)));
        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(options));

        // Then
        Assert.True(result.Completed);
        Assert.Contains(told, t => t.Contains($"read from {best}, which stays as it is", StringComparison.Ordinal));
        Assert.Contains("not trained to its end", error.What, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(toy.FoldPath, "*.safetensors"));
    }

    /// <summary>Trains the toy and leaves its checkpoint in the original's format only.</summary>
    /// <returns>The checkpoint.</returns>
    private static string Hand(ToyTask toy, string stem, bool trained = false)
    {
        using TemporaryFolder exported = new();
        if (!trained) TrainingRun.Execute(toy.Options);
        V1Exporter.Export(ModelFolder.Open(toy.ModelPath), exported["model"]);
        Directory.Delete(toy.ModelPath, recursive: true);
        Directory.CreateDirectory(toy.FoldPath);
        string checkpoint = Path.Combine(toy.FoldPath, stem + ".model");
        foreach (string ending in (string[])["", ".pkl"]) File.Copy(exported["model/fold_0/model_final_checkpoint.model"] + ending, checkpoint + ending);
        return checkpoint;
    }
}
