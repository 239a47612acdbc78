using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Export;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Imaging;

namespace NnUNet.Benchmarks;

/// <summary>Passes over 128x256x256 voxels on one thread; the baseline copies them, which is the limit that memory sets.</summary>
[Kernel("voxels")]
public class VoxelPassBenchmarks
{
    private static readonly Extent Size = new(128, 256, 256);

    private readonly float[] _voxels = new float[Size.Count];
    private readonly float[] _others = new float[Size.Count];
    private readonly int[] _labels = new int[Size.Count];
    private readonly short[] _segmentation = new short[Size.Count];
    private readonly ChannelIntensities _intensities = new() { Mean = 0, Sd = 1, Median = 0, Percentile005 = -1, Percentile995 = 1 };
    private readonly CtNormalization _ct = new();
    private readonly ZScoreNormalization _zScore = new();

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _voxels.Length; i++)
        {
            _voxels[i] = MathF.Sin(i * 0.37f);
            _others[i] = MathF.Cos(i * 0.37f);
        }
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _voxels.CopyTo(_others.AsSpan());

    [Benchmark]
    public void NormalizeCt() => _ct.Apply(_voxels, _segmentation, useMask: false, _intensities);

    [Benchmark]
    public void NormalizeZScore() => _zScore.Apply(_voxels, _segmentation, useMask: false, null);

    [Benchmark]
    public void NormalizeZScoreInMask() => _zScore.Apply(_voxels, _segmentation, useMask: true, null);

    [Benchmark]
    public (double Mean, double Deviation) MeanAndDeviation() => VoxelStatistics.Of(_voxels);

    [Benchmark]
    public void RunningArgmaxOfOneClass() => RunningArgmax.Update(_voxels, 1, _others, _labels);
}
