using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Tests;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Workflows.Scheduling;
using NnUNet.Workflows.Steps;

namespace NnUNet.Workflows.Tests.Steps;

/// <summary>What keeps a run from ending well is told before its first second of work, in the words of the dry run.</summary>
public sealed class WholeRunObstacleTests : LeakCheckedTest
{
    [Fact]
    public void AFoldThatWasTrainedWithOtherNumbers_IsRefusedBeforeTheFirstStep()
    {
        // Given a task that is preprocessed, with a trained fold
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options with { Configuration = Configuration.Slices });
        WholeRunOptions options = new() { Training = new TrainAllOptions { Each = toy.Options with { Epochs = 5 }, Configurations = [Configuration.Slices] } };
        List<WholeRunProgress> told = [];

        // When
        WholeRunPlan plan = WholeRun.Of(options).Plan();
        DescribedException error = Assert.Throws<DescribedException>(() => WholeRun.Of(options).Run(new Told(told)));

        // Then
        Assert.Equal(plan.Obstacle!.Message, error.Message);
        Assert.Contains("2d, fold 0: epochs 2, not 5", error.What, StringComparison.Ordinal);
        Assert.DoesNotContain(" -c", error.Remedy, StringComparison.Ordinal);
        Assert.Empty(told);
    }

    [Fact]
    public void ADamagedFold_IsRefusedBeforeTheOthersAreTrained()
    {
        using ToyTask toy = new();
        Directory.CreateDirectory(toy.FoldPath);
        File.WriteAllText(Path.Combine(toy.FoldPath, "model_final_checkpoint.safetensors"), "cut off");
        WholeRunOptions options = new() { Training = new TrainAllOptions { Each = toy.Options, Configurations = [Configuration.FullResolution] } };

        DescribedException error = Assert.Throws<DescribedException>(() => WholeRun.Of(options).Run());

        Assert.StartsWith("a fold is damaged (3d_fullres, fold 0: ", error.What, StringComparison.Ordinal);
    }

    private sealed class Told(List<WholeRunProgress> told) : IProgress<WholeRunProgress>
    {
        public void Report(WholeRunProgress value) => told.Add(value);
    }
}
