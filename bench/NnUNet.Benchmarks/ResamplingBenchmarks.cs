using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Benchmarks;

/// <summary>A CT of 180x512x512 to 256x400x400, on all cores. The original takes 12.1 s and 2.0 GB on two.</summary>
[Kernel("resampling", Slow = true, NotQuick = "LabelsMaskByMask|SlicesNearestZ")]
public class ResamplingBenchmarks
{
    private static readonly Extent From = new(180, 512, 512);
    private static readonly Extent To = new(256, 400, 400);

    private readonly float[] _image = new float[From.Count];
    private readonly float[] _resized = new float[To.Count];
    private readonly short[] _labels = new short[From.Count];
    private readonly short[] _resizedLabels = new short[To.Count];

    [GlobalSetup]
    public void Setup()
    {
        NumpyRandomState random = new(1);
        for (int i = 0; i < _image.Length; i++)
        {
            int z = (i / From.SliceCount) - 90, y = (i / From.X % From.Y) - 256, x = (i % From.X) - 256;
            int squared = (4 * z * z) + (y * y) + (x * x);
            _labels[i] = (short)(squared < 6400 ? 2 : squared < 22500 ? 1 : 0);
            _image[i] = (float)random.Uniform(-1000, 2000);
        }
    }

    [Benchmark(Baseline = true)]
    public void CubicGeneral() => ResamplingBaseline.Resize(_image, From, _resized, To, 3);

    [Benchmark]
    public void Cubic() => SplineResampling.Resize(_image, From, _resized, To, 3);

    [Benchmark]
    public void CubicSlicesNearestZ() => AnisotropicResampling.Resample(_image, From, _resized, To, 0, 3, 0);

    [Benchmark]
    public void Linear() => SplineResampling.Resize(_image, From, _resized, To, 1);

    [Benchmark]
    public void Labels() => SplineResampling.ResizeLabels(_labels, From, _resizedLabels, To, 1);

    [Benchmark]
    public void LabelsMaskByMask()
    {
        float[] mask = new float[_labels.Length];
        foreach (short label in new short[] { 0, 1, 2 })
        {
            for (int i = 0; i < mask.Length; i++) mask[i] = _labels[i] == label ? 1 : 0;
            SplineResampling.Resize(mask, From, _resized, To, 1);
            for (int i = 0; i < _resized.Length; i++) _resizedLabels[i] = _resized[i] >= 0.5f ? label : _resizedLabels[i];
        }
    }
}
