using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Cropping;
using NnUNet.Core.Fingerprints;
using NnUNet.Imaging;

namespace NnUNet.Benchmarks;

/// <summary>What planning measures of large CT: median and percentiles of five million foreground voxels, by sorting and by counting; the crop of 120x256x256 voxels.</summary>
[Kernel("preprocessing", Slow = true)]
public class FingerprintBenchmarks
{
    private readonly float[] _values = new float[5_000_000];
    private readonly Volume<float> _image = new(new Extent(120, 256, 256));
    private readonly Volume<short> _labels = new(new Extent(120, 256, 256));
    private int[] _ranks = [];

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _values.Length; i++) _values[i] = (i * 7919L % 1501) - 1000;
        _ranks = [_values.Length / 200, _values.Length / 2, _values.Length / 200 * 199];
        for (int i = 0; i < _image.Voxels.Length; i++) _image.Voxels[i] = (i * 7919L % 1501) - 1000;
    }

    [Benchmark(Baseline = true)]
    public float[] PercentilesBySorting() => RankSelection.Reference(_values, _ranks);

    [Benchmark]
    public float[] PercentilesByCounting() => RankSelection.Select(_values, _ranks);

    [Benchmark]
    public object Crop() => NonzeroCrop.Crop([_image], _labels, [], null);
}
