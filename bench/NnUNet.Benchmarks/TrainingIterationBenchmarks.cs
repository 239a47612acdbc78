using BenchmarkDotNet.Attributes;
using NnUNet.Imaging;
using NnUNet.Torch.Batches;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using static TorchSharp.torch;

namespace NnUNet.Benchmarks;

/// <summary>
/// A whole training iteration (forward, loss, backward, step) of the hippocampus network; the baseline is its bare
/// convolutions forward and backward, channels last, in the same precision. The original in float32: 3D batch 2 1.55 s,
/// batch 9 8.8 s; 2D batch 366 8.3 s.
/// </summary>
[SimpleJob(warmupCount: 1, iterationCount: 5, invocationCount: 1)]
#pragma warning disable CA1001 // given back at the end of the benchmark
public class TrainingIterationBenchmarks
#pragma warning restore CA1001
{
    private SegmentationNetwork _network = null!;
    private BareConvolutions _bare = null!;
    private NesterovSgd _optimizer = null!;
    private TrainingStep _step = null!;
    private TrainingBatch _batch = null!;
    private Tensor _images = null!;

    /// <summary>Axes of the network and samples of a batch: patches of 40x56x40, in 2D of 56x40.</summary>
    [Params("3D, 2", "3D, 9", "2D, 89", "2D, 366")]
    public string Shape { get; set; } = "";

    /// <summary>Element type of the convolutions.</summary>
    [Params(ComputePrecision.Float32, ComputePrecision.BFloat16)]
    public ComputePrecision Precision { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        int dimensions = Shape[0] - '0';
        int samples = int.Parse(Shape[4..], System.Globalization.CultureInfo.InvariantCulture);
        _network = HippocampusNetwork.Create(dimensions);
        _network.ConvolutionType = Precision.ConvolutionType();
        _bare = new BareConvolutions(dimensions, Precision.ConvolutionType());
        _optimizer = new NesterovSgd();
        _optimizer.Attach(_network);
        _step = new TrainingStep(_network, _optimizer, new DeepSupervisionLoss(new DiceCrossEntropyLoss(), DeepSupervisionLoss.DefaultWeights(3)), CPU);

        Extent patch = dimensions == 3 ? new Extent(40, 56, 40) : new Extent(1, 56, 40);
        DeepSupervisionTargets targets = DeepSupervisionTargets.ForOutputs(patch, _network.OutputStrides);
        _batch = new TrainingBatch(samples, 1, patch, targets.Extents);
        for (int i = 0; i < _batch.Images.Length; i++) _batch.Images[i] = MathF.Sin(i * 0.37f);
        foreach (short[] labels in _batch.Targets)
        {
            for (int i = 0; i < labels.Length; i++) labels[i] = (short)(i / 50 % 3);
        }

        _images = tensor(_batch.Images, dimensions == 3 ? [samples, 1, patch.Z, patch.Y, patch.X] : [samples, 1, patch.Y, patch.X]);
    }

    [Benchmark(Baseline = true)]
    public void BareConvolutions() => _bare.Run(_images);

    [Benchmark]
    public double Iteration() => _step.Train(_batch, 0.01, 1).Loss;

    [GlobalCleanup]
    public void Cleanup()
    {
        _images.Dispose();
        _batch.Dispose();
        _optimizer.Dispose();
        _bare.Dispose();
        _network.Dispose();
    }
}
