using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;

namespace NnUNet.Benchmarks;

/// <summary>Each change of intensity on one patch of 40x56x40 with one channel, on one thread; the baseline only fills the patch.</summary>
[Kernel("augmentation")]
public class IntensityBenchmarks
{
    private static readonly Extent Patch = new(40, 56, 40);

    private readonly PatchBuffer _patch = new(1);
    private readonly float[] _voxels = new float[Patch.Count];

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _voxels.Length; i++) _voxels[i] = MathF.Sin(i * 0.37f);
    }

    [Benchmark(Baseline = true)]
    public PatchBuffer Fill()
    {
        _patch.Reset(Patch);
        _voxels.CopyTo(_patch.Channel(0));
        return _patch;
    }

    [Benchmark]
    public void Noise() => new GaussianNoiseAugmentation(1).Apply(Fill(), new GaussianNoiseParameters(0.05, 1));

    [Benchmark]
    public void Blur() => new GaussianBlurAugmentation(1).Apply(Fill(), new ChannelValues([0.9]));

    [Benchmark]
    public void Brightness() => new BrightnessAugmentation(1).Apply(Fill(), new ChannelValues([1.1]));

    [Benchmark]
    public void Contrast() => new ContrastAugmentation(1).Apply(Fill(), new ChannelValues([1.1]));

    [Benchmark]
    public void LowResolution() => new LowResolutionAugmentation(1, sliceWise: false).Apply(Fill(), new ChannelValues([0.7]));

    [Benchmark]
    public void LowResolutionSliceWise() => new LowResolutionAugmentation(1, sliceWise: true).Apply(Fill(), new ChannelValues([0.7]));

    [Benchmark]
    public void Gamma() => new GammaAugmentation(1, inverted: false).Apply(Fill(), new ChannelValues([1.3]));
}
