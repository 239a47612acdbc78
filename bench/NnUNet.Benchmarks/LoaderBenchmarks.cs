using BenchmarkDotNet.Attributes;
using NnUNet.Imaging;
using NnUNet.Torch.Augmentation;
using NnUNet.Torch.Augmentation.Intensity;
using NnUNet.Torch.Batches;

namespace NnUNet.Benchmarks;

/// <summary>Throughput of the batch pipeline: 20 augmented batches of 9 patches of 40x56x40 through its loader threads.</summary>
[SimpleJob(warmupCount: 1, iterationCount: 5, invocationCount: 1)]
public class LoaderBenchmarks
{
    private const int Batches = 20;

    /// <summary>Loader threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    [Benchmark(OperationsPerInvoke = Batches)]
    public int TakeBatches()
    {
        Extent patch = new(40, 56, 40);
        SpatialRanges ranges = new();
        BatchRecipe recipe = new()
        {
            Seed = 1,
            BatchSize = 9,
            Cases = [.. Enumerable.Range(0, 8).Select(static i => new BenchmarkCase(i))],
            Settings = new AugmentationSettings { Patch = patch, InitialPatch = new Extent(73, 80, 64), SliceWise = false, Spatial = ranges, MirrorAxes = [0, 1, 2] },
            Slices = false,
            Augmentation = new AugmentationPipeline(
                new SpatialAugmentation(patch, ranges, false), [.. IntensityAugmentations.Standard(1, sliceWise: false), new MirrorAugmentation([0, 1, 2])]),
        };
        DeepSupervisionTargets targets = DeepSupervisionTargets.ForOutputs(patch, [[1, 1, 1], [2, 2, 2], [4, 4, 4]]);
        using BatchPipeline pipeline = new(recipe, recipe, targets, new BatchSchedule(1, Batches, 1), new BatchKey(0, false, 0), Threads);
        int samples = 0;
        for (int i = 0; i < Batches; i++)
        {
            using TrainingBatch batch = pipeline.Take();
            samples += batch.BatchSize;
        }

        return samples;
    }
}
