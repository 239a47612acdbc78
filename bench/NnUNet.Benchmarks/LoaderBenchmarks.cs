using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Batches;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks;

/// <summary>Twenty augmented batches of 9 patches of 40x56x40 through the pipeline; the baseline has one loader thread.</summary>
[Kernel("augmentation", Slow = true)]
public class LoaderBenchmarks
{
    private const int Batches = 20;

    [Benchmark(Baseline = true)]
    public int OneThread() => Take(1);

    [Benchmark]
    public int TwoThreads() => Take(2);

    private static int Take(int threads)
    {
        BatchRecipe recipe = TrainingMeasurements.Recipe(9, 3, augmented: true);
        using BatchPipeline pipeline = new(recipe, recipe, TrainingMeasurements.Targets(3), new BatchSchedule(1, Batches, 1), new BatchKey(0, false, 0), threads);
        int samples = 0;
        for (int i = 0; i < Batches; i++)
        {
            using TrainingBatch batch = pipeline.Take();
            samples += batch.BatchSize;
        }

        return samples;
    }
}
