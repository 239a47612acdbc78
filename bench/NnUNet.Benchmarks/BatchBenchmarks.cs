using BenchmarkDotNet.Attributes;
using NnUNet.Imaging;
using NnUNet.Torch.Augmentation;
using NnUNet.Torch.Augmentation.Intensity;
using NnUNet.Torch.Batches;

namespace NnUNet.Benchmarks;

/// <summary>A training batch of 9 patches of 40x56x40 with all augmentations and targets for three outputs, on one thread. The original: 0.45 s.</summary>
[MemoryDiagnoser]
#pragma warning disable CA1001 // given back at the end of the benchmark
public class BatchBenchmarks
#pragma warning restore CA1001
{
    private BatchMaker _maker = null!;
    private TrainingBatch _batch = null!;
    private int _iteration;

    [GlobalSetup]
    public void Setup()
    {
        Extent patch = new(40, 56, 40);
        AugmentationSettings settings = new()
        {
            Patch = patch,
            InitialPatch = new Extent(73, 80, 64),
            SliceWise = false,
            Spatial = new SpatialRanges(),
            MirrorAxes = [0, 1, 2],
        };
        BatchRecipe recipe = new()
        {
            Seed = 1,
            BatchSize = 9,
            Cases = [.. Enumerable.Range(0, 8).Select(static i => new BenchmarkCase(i))],
            Settings = settings,
            Slices = false,
            Augmentation = new AugmentationPipeline(
                new SpatialAugmentation(patch, settings.Spatial, false),
                [.. IntensityAugmentations.Standard(1, sliceWise: false), new MirrorAugmentation([0, 1, 2])]),
        };
        DeepSupervisionTargets targets = DeepSupervisionTargets.ForOutputs(patch, [[1, 1, 1], [2, 2, 2], [4, 4, 4]]);
        _maker = new BatchMaker(recipe, recipe, targets);
        _batch = new TrainingBatch(9, 1, patch, targets.Extents);
    }

    [Benchmark]
    public void MakeBatch() => _maker.Make(new BatchKey(0, false, _iteration++), _batch, CancellationToken.None);

    [GlobalCleanup]
    public void GiveBack() => _batch.Dispose();
}
