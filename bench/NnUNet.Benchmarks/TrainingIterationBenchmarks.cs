using System.Globalization;
using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Batches;
using NnUNet.Torch.Benchmarks;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Engine;
using static TorchSharp.torch;

namespace NnUNet.Benchmarks;

/// <summary>
/// A whole training iteration (forward, loss, backward, step) of the hippocampus network; the baseline is its bare
/// convolutions forward and backward, channels last, in the same precision.
/// </summary>
[Kernel("training", Slow = true, NotQuick = "3D, 9|2D, 366")]
#pragma warning disable CA1001 // given back at the end of the benchmark
public class TrainingIterationBenchmarks
#pragma warning restore CA1001
{
    private SegmentationNetwork? _network;
    private BareConvolutions? _bare;
    private NesterovSgd? _optimizer;
    private TrainingStep _step = null!;
    private TrainingBatch _batch = null!;
    private Tensor? _images;

    /// <summary>Axes of the network and samples of a batch: patches of 40x56x40, in 2D of 56x40.</summary>
    [Params("3D, 2", "3D, 9", "2D, 89", "2D, 366")]
    public string Shape { get; set; } = "";

    /// <summary>Element type of the convolutions.</summary>
    [Params(ComputePrecision.Float32, ComputePrecision.BFloat16)]
    public ComputePrecision Precision { get; set; }

    private int Dimensions => Shape[0] - '0';

    [GlobalSetup(Target = nameof(BareConvolutions))]
    public void SetupConvolutions()
    {
        MakeBatch();
        _bare = new BareConvolutions(Dimensions, Precision.ConvolutionType());
        _images = tensor(_batch.Images, Dimensions == 3 ? [_batch.BatchSize, 1, 40, 56, 40] : [_batch.BatchSize, 1, 56, 40]);
    }

    [GlobalSetup(Target = nameof(Iteration))]
    public void SetupIteration()
    {
        MakeBatch();
        _network = HippocampusNetwork.Create(Dimensions);
        _network.ConvolutionType = Precision.ConvolutionType();
        _optimizer = new NesterovSgd();
        _optimizer.Attach(_network);
        _step = new TrainingStep(_network, _optimizer, new DeepSupervisionLoss(new DiceCrossEntropyLoss(), DeepSupervisionLoss.DefaultWeights(3)), CPU);
    }

    [Benchmark(Baseline = true)]
    public void BareConvolutions() => _bare!.Run(_images!);

    [Benchmark]
    public double Iteration() => _step.Train(_batch, 0.01, 1).Loss;

    [GlobalCleanup]
    public void Cleanup()
    {
        _images?.Dispose();
        _batch.Dispose();
        _optimizer?.Dispose();
        _bare?.Dispose();
        _network?.Dispose();
    }

    private void MakeBatch()
    {
        TorchRuntime.Initialize();
        _batch = TrainingMeasurements.Batch(int.Parse(Shape[4..], CultureInfo.InvariantCulture), Dimensions);
    }
}
