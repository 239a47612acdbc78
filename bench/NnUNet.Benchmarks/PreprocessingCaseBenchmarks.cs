using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Torch.Benchmarks;

namespace NnUNet.Benchmarks;

/// <summary>One CT of 60x256x256 voxels at 5x0.8x0.8 mm, cropped, resampled to 3x1x1 mm with separate z, and normalised.</summary>
[Kernel("preprocessing")]
public class PreprocessingCaseBenchmarks
{
    private readonly BenchmarkCt _ct = new();

    /// <summary>The same work on one thread.</summary>
    [Benchmark(Baseline = true)]
    public PreprocessedCase OneThread()
    {
        int degree = ParallelLoop.DefaultDegree;
        ParallelLoop.DefaultDegree = 1;
        try
        {
            return AllThreads();
        }
        finally
        {
            ParallelLoop.DefaultDegree = degree;
        }
    }

    [Benchmark]
    public PreprocessedCase AllThreads() => _ct.Preprocess();
}
