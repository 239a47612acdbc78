using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Replicas;

/// <summary>Replicas that share each batch train what one process trains with the whole of it.</summary>
public sealed class ReplicaTrainingTests : LeakCheckedTest
{
    private static readonly ValueArray<TorchDevice> Two = [TorchDevice.Cpu, TorchDevice.Cpu];

    [Theory]
    [InlineData("3d_fullres", "nnUNetTrainerV2", ComputePrecision.Float32)] // Dice of samples
    [InlineData("3d_fullres", "nnUNetTrainerV2", ComputePrecision.BFloat16)]
    [InlineData("2d", "nnUNetTrainerV2", ComputePrecision.Float32)] // Dice of the batch
    [InlineData("3d_fullres", "nnUNetTrainerV2_BN", ComputePrecision.Float32)] // norms of the batch
    [InlineData("3d_fullres", "nnUNetTrainerV2_Loss_DiceTopK10", ComputePrecision.Float32)] // the worst voxels of the batch
    [InlineData("3d_fullres", "nnUNetTrainerV2_ResencUNet", ComputePrecision.Float32)]
    public void TwoReplicas_TrainWhatOneProcessTrains(string configuration, string trainer, ComputePrecision precision)
    {
        // Given ten steps of one process
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with
        {
            Configuration = Configuration.Parse(configuration), Trainer = trainer, Precision = precision, Iterations = 5, CheckpointInterval = TimeSpan.FromHours(1),
        };
        string fold = TrainingRun.Execute(options).FoldPath;
        (Dictionary<string, float[]> expected, TrainingState alone) = (WeightsOf(fold), TrainingRunTests.Final(fold).State);

        // When two replicas take them
        TrainingRun.Execute(options with { Devices = Two });

        // Then
        TrainingRecord together = TrainingRunTests.Final(fold);
        Assert.Equal(2, together.Settings.Replicas);
        Assert.Equal(2, together.Settings.BatchSize);
        AssertClose(expected, WeightsOf(fold), precision == ComputePrecision.Float32 ? 1e-6 : 1e-4);
        for (int e = 0; e < 2; e++)
        {
            Assert.Equal(alone.Curves[e].TrainingLoss, together.State.Curves[e].TrainingLoss, 1e-4);
            Assert.Equal(alone.Curves[e].ValidationLoss, together.State.Curves[e].ValidationLoss, 1e-4);
            Assert.Equal(alone.Curves[e].DicePerClass, together.State.Curves[e].DicePerClass, static (a, b) => Math.Abs(a - b) < 1e-3);
        }
    }

    [Fact]
    public void ReplicasWithWholeBatchesOfTheirOwn_TrainABatchAsManyTimesAsLarge()
    {
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { DistributeBatch = false, Devices = Two };

        TrainingRun.Execute(options);

        Assert.Equal(4, TrainingRunTests.Final(toy).Settings.BatchSize);
        Assert.False(TrainingRunTests.Final(toy).Settings.DistributesBatch);
    }

    [Fact]
    public void ThreeReplicasOfABatchOfTwo_HaveASampleEach()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options with { Devices = [TorchDevice.Cpu, TorchDevice.Cpu, TorchDevice.Cpu] });

        Assert.Equal(3, TrainingRunTests.Final(toy).Settings.BatchSize);
    }

    /// <summary>All weights of a fold's final checkpoint by name.</summary>
    internal static Dictionary<string, float[]> WeightsOf(string foldPath)
    {
        using Files.Safetensors.SafetensorsFile file = Files.Safetensors.SafetensorsFile.Open(Path.Combine(foldPath, "model_final_checkpoint.safetensors"));
        return file.Entries.Where(static e => e.DType == "F32").ToDictionary(static e => e.Name, e => file.ReadFloat32(e.Name));
    }

    private static void AssertClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        (double worst, string name) = expected.Select(e => (e.Value.Zip(actual[e.Key], static (a, b) => Math.Abs((double)a - b)).Max(), e.Key)).Max();
        Assert.True(worst <= tolerance, $"{name} differs by {worst}");
    }
}
