using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Training;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Replicas;

/// <summary>Replicas that share each batch train what one process trains with the whole of it.</summary>
public sealed class ReplicaTrainingTests : LeakCheckedTest
{
    private static readonly ValueArray<TorchDevice> Two = [TorchDevice.Cpu, TorchDevice.Cpu];

    [Theory]
    [InlineData("3d_fullres", "nnUNetTrainerV2", ComputePrecision.Float32)] // Dice of samples
    [InlineData("2d", "nnUNetTrainerV2", ComputePrecision.Float32)] // Dice of the batch
    [InlineData("3d_fullres", "nnUNetTrainerV2_BN", ComputePrecision.Float32)] // norms of the batch
    [InlineData("3d_fullres", "nnUNetTrainerV2_Loss_DiceTopK10", ComputePrecision.Float32)] // the worst voxels of the batch
    public void TwoReplicas_TrainWhatOneProcessTrains(string configuration, string trainer, ComputePrecision precision)
    {
        // Given ten steps of one process
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with
        {
            Configuration = Configuration.Parse(configuration),
            Trainer = trainer,
            Precision = precision,
            Iterations = 5,
            CheckpointInterval = TimeSpan.FromHours(1),
        };
        string fold = TrainingRun.Execute(options).FoldPath;
        (Dictionary<string, float[]> expected, TrainingState alone) = (WeightsOf(fold), TrainingRunTests.Final(fold).State);

        // When two replicas take them
        TrainingRun.Execute(options with { Devices = Two });

        // Then
        TrainingRecord together = TrainingRunTests.Final(fold);
        Assert.Equal(2, together.Settings.Replicas);
        Assert.Equal(2, together.Settings.BatchSize);
        AssertClose(expected, WeightsOf(fold), 1e-6);
        for (int e = 0; e < 2; e++)
        {
            Assert.Equal(alone.Curves[e].TrainingLoss, together.State.Curves[e].TrainingLoss, 1e-4);
            Assert.Equal(alone.Curves[e].ValidationLoss, together.State.Curves[e].ValidationLoss, 1e-4);
            Assert.Equal(alone.Curves[e].DicePerClass, together.State.Curves[e].DicePerClass, static (a, b) => Math.Abs(a - b) < 1e-3);
        }
    }

    [Fact]
    public void TwoReplicasIn16Bits_DifferFromOneProcess_NoMoreThan16BitsDo()
    {
        // Given the same steps in float32 and in bfloat16: gradients of weights are rounded to bfloat16, and sums of rounded ones are others
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Precision = ComputePrecision.Float32, CheckpointInterval = TimeSpan.FromHours(1) };
        string fold = TrainingRun.Execute(options).FoldPath;
        Dictionary<string, float[]> exact = WeightsOf(fold);
        TrainingRun.Execute(options with { Precision = ComputePrecision.BFloat16 });
        Dictionary<string, float[]> rounded = WeightsOf(fold);

        // When
        TrainingRun.Execute(options with { Precision = ComputePrecision.BFloat16, Devices = Two });

        // Then
        AssertClose(rounded, WeightsOf(fold), Distance(exact, rounded).Worst);
    }

    [Theory]
    [InlineData(0, TrainingPhase.Training, 2)]
    [InlineData(0, TrainingPhase.Validating, 1)]
    [InlineData(1, TrainingPhase.Training, 1)]
    public void InterruptedAndContinued_TheReplicasEndAsUninterruptedOnes(int epoch, TrainingPhase phase, int done)
    {
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Devices = Two, CheckpointInterval = TimeSpan.FromHours(1) };
        TrainingRun.Execute(options);
        string uninterrupted = TrainingRunTests.Weights(toy);
        using CancellationTokenSource cancel = new();

        TrainingResult interrupted = TrainingRun.Execute(
            options,
            new Watch(p =>
            {
                if ((p.Epoch, p.Phase, p.Done) == (epoch, phase, done)) cancel.Cancel();
            }),
            cancel.Token);
        TrainingResult continued = TrainingRun.Execute(options with { Continue = true });

        Assert.False(interrupted.Completed);
        Assert.True(continued.Completed);
        Assert.Equal(uninterrupted, TrainingRunTests.Weights(toy));
    }

    [Fact]
    public void ContinuedByAnotherNumberOfReplicas_ItGoesOn_AndSaysWhatChanges()
    {
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Devices = Two, DistributeBatch = false };
        List<string> notices = [];
        using CancellationTokenSource cancel = new();
        TrainingRun.Execute(options, new Watch(p => cancel.CancelOnceIn(TrainingPhase.EpochDone, p.Phase)), cancel.Token);

        TrainingRun.Execute(options with { Devices = [TorchDevice.Cpu, TorchDevice.Cpu, TorchDevice.Cpu], Continue = true }, new Watch(p => notices.Add(p.Text)));

        Assert.Contains("begun by 2 replicas with a batch of 4, continued by 3 replicas with a batch of 6: the batch is another one, and so is what is trained", notices);
        Assert.Contains(notices, static n => n.StartsWith("3 replicas train together (threads; 3 on ", StringComparison.Ordinal) && n.EndsWith(": a batch of 6 as 2 + 2 + 2", StringComparison.Ordinal));
        Assert.Equal(3, TrainingRunTests.Final(toy).Settings.Replicas);
    }

    [Fact]
    public void AReplicaThatThrows_EndsAll_AndTheContinuedTrainingEndsAsUndisturbed()
    {
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Devices = Two };
        TrainingRun.Execute(options);
        string undisturbed = TrainingRunTests.Weights(toy);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => TrainingRun.Execute(
            options,
            new Watch(static p =>
            {
                if (p is { Phase: TrainingPhase.Training, Epoch: 1, Done: 2 }) throw new InvalidOperationException("the watcher is gone");
            })));
        TrainingRun.Execute(options with { Continue = true });

        Assert.Equal("the watcher is gone", error.Message);
        Assert.Equal(undisturbed, TrainingRunTests.Weights(toy));
    }

    [Fact]
    public void AReplicaThatIsLostWithinTheBackwardPass_LetsTheOtherThrow_AfterIt()
    {
        // Given a network with marks, and another replica that ends before it goes back
        ReplicaLostException error = Assert.Throws<ReplicaLostException>(static () => ReplicasOnThreads.Run(2, static group =>
        {
            using DisposeScope scope = NewDisposeScope();
            using SegmentationNetwork network = NetworkFactory.Create(new GenericUNetFactory().Describe(ToyTask.Plan([8, 16, 16], "toy"), 0));
            network.Initialize(1);
            using GradientSum sum = new(network, group);
            Tensor loss = network.call(ones([1, 1, 8, 16, 16]))[0].mean();
            if (group.Rank == 1)
            {
                group.Abort("no memory is left", 1);
                return true;
            }

            // When this one goes back, in a native library that bears no exception
            loss.backward();
            group.ThrowWhatFailedInBackward();
            return true;
        }));

        Assert.Equal("no memory is left", error.Message);
    }

    [Fact]
    public void WithoutTheSharingOfItsBegin_ItIsNotContinued()
    {
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Devices = Two };
        using CancellationTokenSource cancel = new();
        TrainingRun.Execute(options, new Watch(p => cancel.CancelOnceIn(TrainingPhase.EpochDone, p.Phase)), cancel.Token);

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(options with { DistributeBatch = false, Continue = true }));

        Assert.Contains("--dbs given, not left out", error.What, StringComparison.Ordinal);
        Assert.StartsWith("give --dbs", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void AFollowingReplicaWithoutItsDevice_EndsAll_WithTheReason()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(toy.Options with { Devices = [TorchDevice.Cpu, new TorchDevice(true, 99)] }));

        Assert.Contains("CUDA device", error.Message, StringComparison.Ordinal);
        Assert.Contains("cuda:99", error.Message, StringComparison.Ordinal);
        Assert.Null(Torch.Training.FoldLock.OwnerOf(toy.FoldPath));
    }

    [Fact]
    public void ANonFiniteLossOfOneReplica_LetsAllSkipTheStep_AndNamesTheCasesOfAll()
    {
        using ToyTask toy = new();
        TrainingRunTests.SpoilAll(Path.Combine(Path.GetDirectoryName(toy.PlansPath)!, "nnUNetData_plans_v2.1_stage0"), "toy_006");
        List<string> notices = [];
        TrainingOptions options = toy.Options with { Iterations = 6 };
        TrainingRun.Execute(options, new Watch(p => notices.Add(p.Text)));
        string[] alone = [.. notices.Where(static n => n.Contains("step skipped", StringComparison.Ordinal))];
        notices.Clear();

        TrainingRun.Execute(options with { Devices = Two }, new Watch(p => notices.Add(p.Text)));

        Assert.NotEmpty(alone);
        Assert.Equal(alone, notices.Where(static n => n.Contains("step skipped", StringComparison.Ordinal)));
    }

    [Fact]
    public void TheShareOfWaitingForReplicas_IsInTheLogAndTheJournal()
    {
        using ToyTask toy = new();
        List<TrainingProgress> heard = [];

        TrainingResult result = TrainingRun.Execute(toy.Options with { Devices = Two }, new Watch(heard.Add));

        Assert.All(TrainingRunTests.Final(toy).State.Curves, static epoch => Assert.InRange(epoch.ReplicaWaitShare, 1e-6, 1));
        Assert.Contains("waited for other replicas ", File.ReadAllText(Directory.GetFiles(result.FoldPath, "training_log_*.txt")[0]), StringComparison.Ordinal);
        Assert.Contains("\"wait_for_replicas\":", File.ReadAllText(Path.Combine(result.FoldPath, "training_log.jsonl")), StringComparison.Ordinal);
        Assert.Contains(heard, static p => p.Phase == TrainingPhase.EpochDone && p.Text.Contains(", for replicas ", StringComparison.Ordinal));
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

    /// <summary>All weights of a fold's final checkpoint by name, without the momenta.</summary>
    internal static Dictionary<string, float[]> WeightsOf(string foldPath)
    {
        using Files.Safetensors.SafetensorsFile file = Files.Safetensors.SafetensorsFile.Open(Path.Combine(foldPath, "model_final_checkpoint.safetensors"));
        return file.Entries.Where(static e => e.DType == "F32" && !e.Name.StartsWith("momentum/", StringComparison.Ordinal)).ToDictionary(static e => e.Name, e => file.ReadFloat32(e.Name));
    }

    internal static void AssertClose(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance)
    {
        (double worst, string name) = Distance(expected, actual);
        Assert.True(worst <= tolerance, $"{name} differs by {worst}");
    }

    private static (double Worst, string Name) Distance(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        return expected.Select(e => (e.Value.Zip(actual[e.Key], static (a, b) => Math.Abs((double)a - b)).Max(), e.Key)).Max();
    }
}
