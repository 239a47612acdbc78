using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Batches;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks;

/// <summary>A training batch with all augmentations and targets for three outputs, on one thread; the baseline reads its patches as they are.</summary>
[Kernel("augmentation")]
#pragma warning disable CA1001 // given back at the end of the benchmark
public class BatchBenchmarks
#pragma warning restore CA1001
{
    private BatchMaker _maker = null!;
    private TrainingBatch _batch = null!;
    private int _iteration;

    /// <summary>Axes and samples: patches of 40x56x40, in 2D of 56x40.</summary>
    [Params("3D, 9", "2D, 366")]
    public string Shape { get; set; } = "";

    [GlobalSetup(Target = nameof(ReadPatches))]
    public void SetupPlain() => Setup(augmented: false);

    [GlobalSetup(Target = nameof(MakeBatch))]
    public void SetupAugmented() => Setup(augmented: true);

    [Benchmark(Baseline = true)]
    public void ReadPatches() => Make();

    [Benchmark]
    public void MakeBatch() => Make();

    [GlobalCleanup]
    public void GiveBack() => _batch.Dispose();

    private void Setup(bool augmented) => (_maker, _batch) = Shape[0] == '3'
        ? TrainingMeasurements.Maker(9, 3, augmented)
        : TrainingMeasurements.Maker(366, 2, augmented);

    private void Make() => _maker.Make(new BatchKey(0, false, _iteration++), _batch, CancellationToken.None);
}
