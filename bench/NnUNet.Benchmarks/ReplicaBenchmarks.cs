using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Batches;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Engine;
using static TorchSharp.torch;

namespace NnUNet.Benchmarks;

/// <summary>
/// A training iteration of the hippocampus network on two replicas, each on a thread with half of the cores and of the batch; the baseline is the
/// same iteration in one piece on all cores. On one processor nothing can be gained: what is measured is what sharing costs.
/// </summary>
[Kernel("training", Slow = true)]
#pragma warning disable CA1001 // given back at the end of the benchmark
public class ReplicaBenchmarks
#pragma warning restore CA1001
{
    private const int Batch = 2;

    private Replica[] _replicas = [];

    [GlobalSetup(Target = nameof(OneProcess))]
    public void SetupOne() => Setup(1);

    [GlobalSetup(Target = nameof(TwoReplicas))]
    public void SetupTwo() => Setup(2);

    [Benchmark(Baseline = true)]
    public double OneProcess() => _replicas[0].Step();

    [Benchmark]
    public double TwoReplicas()
    {
        Task<double> other = Task.Factory.StartNew(_replicas[1].Step, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _replicas[0].Step();
        return other.GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (Replica replica in _replicas) replica.Dispose();
    }

    private void Setup(int world)
    {
        TorchRuntime.Initialize();
        _replicas = [.. ThreadCommunicator.Create(world).Select(static member => new Replica(new ReplicaGroup(member)))];
    }

    /// <summary>One replica on its thread.</summary>
    private sealed class Replica : IDisposable
    {
        private readonly TorchWorker _worker;
        private readonly TrainingBatch _batch;
        private readonly SegmentationNetwork _network;
        private readonly NesterovSgd _optimizer;
        private readonly GradientSum _gradients;
        private readonly TrainingStep _step;

        public Replica(ReplicaGroup group)
        {
            SampleShare share = group.ShareOf(Batch);
            _worker = new TorchWorker(TorchDevice.Cpu, Math.Max(1, Environment.ProcessorCount / group.World));
            _batch = TrainingMeasurements.Batch(share.Count, 3);
            _network = _worker.Run(static () => HippocampusNetwork.Create(3));
            _optimizer = new NesterovSgd();
            _optimizer.Attach(_network);
            _gradients = new GradientSum(_network, group);
            DeepSupervisionLoss loss = new(new DiceCrossEntropyLoss { Batch = ReplicaBatchShare.Of(group, Batch) }, DeepSupervisionLoss.DefaultWeights(3));
            _step = new TrainingStep(_network, _optimizer, loss, CPU, default, group, _gradients, share.Part);
        }

        public double Step() => _worker.Run(() => _step.Train(_batch, 0.01, 1).Loss);

        public void Dispose()
        {
            _gradients.Dispose();
            _optimizer.Dispose();
            _network.Dispose();
            _batch.Dispose();
            _worker.Dispose();
        }
    }
}
