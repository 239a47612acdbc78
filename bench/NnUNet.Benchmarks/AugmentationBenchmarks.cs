using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Benchmarks;

/// <summary>One sample of 40x56x40 out of 73x80x64 with one channel, on one thread.</summary>
[Kernel("augmentation")]
public class AugmentationBenchmarks
{
    private static readonly Extent Initial = new(73, 80, 64);
    private static readonly Extent Patch = new(40, 56, 40);

    private readonly PatchBuffer _patch = new(1);
    private readonly float[] _voxels = new float[Initial.Count];
    private readonly short[] _labels = new short[Initial.Count];
    private readonly SpatialAugmentation _spatial = new(Patch, new SpatialRanges(), sliceWise: false);
    private readonly SpatialAugmentation _sliceWise = new(Patch with { Z = Initial.Z }, new SpatialRanges(), sliceWise: true);
    private readonly SpatialParameters _parameters = new(true, new AxisValues(0.4, -0.3, 0.2), AxisValues.All(1.1));

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _voxels.Length; i++)
        {
            _voxels[i] = MathF.Sin(i * 0.01f);
            _labels[i] = (short)(i / 1000 % 3);
        }
    }

    [Benchmark]
    public void RotateAndScale()
    {
        Fill();
        _spatial.Apply(_patch, _parameters);
    }

    [Benchmark]
    public void RotateAndScaleSliceWise()
    {
        Fill();
        _sliceWise.Apply(_patch, _parameters);
    }

    [Benchmark]
    public void Crop()
    {
        Fill();
        _spatial.Apply(_patch, SpatialParameters.Crop);
    }

    [Benchmark]
    public void MirrorAllAxes()
    {
        _patch.Reset(Patch);
        new MirrorAugmentation([0, 1, 2]).Apply(_patch, new MirrorParameters(true, true, true));
    }

    [Benchmark(Baseline = true)]
    public void Fill()
    {
        _patch.Reset(Initial);
        _voxels.CopyTo(_patch.Channel(0));
        _labels.CopyTo(_patch.Segmentation);
    }
}
