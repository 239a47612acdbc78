using System.Diagnostics;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Batches;
using NnUNet.Imaging;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Benchmarks;

/// <summary>Many training iterations of small patches in one process, with augmented batches and validation: the private memory of the second half must be that of the first.</summary>
/// <remarks>Garbage is collected before memory is looked at, so that the moment of the runtime's own collections plays no part.</remarks>
internal static class ManyIterations
{
    private const int WarmUpEpochs = 2;
    private const int Iterations = 50;
    private const int Validations = 10;
    private const int Samples = 2;
    private static readonly Extent Patch = new(16, 24, 16);

    /// <summary>Runs once in each precision.</summary>
    /// <param name="count">Number of training iterations, a multiple of 50.</param>
    public static MeasuredTable Run(int count)
    {
        MachineFacts machine = MachineFacts.Now();
        TorchRuntime.Initialize();
        return new MeasuredTable
        {
            Name = nameof(ManyIterations),
            Machine = machine,
            Rows = [.. Run(ComputePrecision.Float32, count / Iterations), .. Run(ComputePrecision.BFloat16, count / Iterations)],
        };
    }

    private static MeasuredRow[] Run(ComputePrecision precision, int epochs)
    {
        using SegmentationNetwork network = HippocampusNetwork.Create(3);
        network.ConvolutionType = precision.ConvolutionType();
        using NesterovSgd optimizer = new();
        optimizer.Attach(network);
        TrainingStep step = new(network, optimizer, new DeepSupervisionLoss(new DiceCrossEntropyLoss(), DeepSupervisionLoss.DefaultWeights(3)), CPU);
        BatchRecipe recipe = TrainingMeasurements.Recipe(Samples, Patch, augmented: true);
        BatchSchedule schedule = new(WarmUpEpochs + epochs, Iterations, Validations);
        using BatchPipeline batches = new(recipe, recipe, DeepSupervisionTargets.ForOutputs(Patch, network.OutputStrides), schedule, schedule.KeyAt(0), threads: 1);

        for (int i = 0; i < WarmUpEpochs; i++) RunEpoch(network, step, batches, [], []);
        (List<long> bytes, List<double> seconds) = ([], []);
        long tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < epochs; i++) RunEpoch(network, step, batches, bytes, seconds);
        return MemoryHalves.Rows($"{epochs * Iterations} iterations in {precision.Name()}", [.. bytes], [.. seconds], tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>An epoch as in training, after each batch of which private memory and its time are noted.</summary>
    private static void RunEpoch(SegmentationNetwork network, TrainingStep step, BatchPipeline batches, List<long> bytes, List<double> seconds)
    {
        OnlineEvaluation evaluation = new(network.Classes - 1, new TrainingState());
        for (int i = 0; i < Iterations + Validations; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            using TrainingBatch batch = batches.Take();
            network.train(!batch.Key.Validation);
            if (batch.Key.Validation) step.Validate(batch, evaluation);
            else step.Train(batch, 0.01, 1);
            seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            GC.Collect();
            bytes.Add(PrivateMemory.Now());
        }
    }
}
