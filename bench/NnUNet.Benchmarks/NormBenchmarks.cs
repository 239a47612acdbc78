using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Benchmarks;

/// <summary>Instance norm and leaky rectifier, forward and backward, of 2 x 32 features of 40x56x40.</summary>
[Kernel("training")]
#pragma warning disable CA1001 // given back at the end of the benchmark
public class NormBenchmarks
#pragma warning restore CA1001
{
    private const int Features = 32;
    private const double Epsilon = 1e-5;
    private const double Slope = 0.01;

    private Tensor _lastLayout = null!;
    private Tensor _defaultLayout = null!;
    private Tensor _gradient = null!;
    private Tensor _lastGradient = null!;
    private Tensor _weight = null!;
    private Tensor _bias = null!;

    /// <summary>Element type of the features.</summary>
    [Params(ComputePrecision.Float32, ComputePrecision.BFloat16)]
    public ComputePrecision Precision { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        using DisposeScope scope = NewDisposeScope();
        ScalarType type = Precision.ConvolutionType() ?? ScalarType.Float32;
        Tensor features = randn([2, Features, 40, 56, 40]).to_type(type);
        _defaultLayout = features.clone().requires_grad_(true).DetachFromDisposeScope();
        _lastLayout = ChannelsLast.Of(features).detach().requires_grad_(true).DetachFromDisposeScope();
        _gradient = ones_like(features).DetachFromDisposeScope();
        _lastGradient = ones_like(_lastLayout).DetachFromDisposeScope(); // of the same layout, as a convolution gives it
        _weight = ones(Features, requires_grad: true).DetachFromDisposeScope();
        _bias = zeros(Features, requires_grad: true).DetachFromDisposeScope();
    }

    /// <summary>As torch has them: a norm with one feature a group, a rectifier, and casts where the features are not float32.</summary>
    [Benchmark(Baseline = true)]
    public void Plain()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor wide = _defaultLayout.to_type(ScalarType.Float32);
        F.group_norm(wide, Features, _weight, _bias, Epsilon).LeakyReluInPlace(Slope).to_type(_gradient.dtype).backward([_gradient]);
    }

    [Benchmark]
    public void Fused()
    {
        using DisposeScope scope = NewDisposeScope();
        FusedNorm.Apply(_lastLayout, _weight, _bias, Epsilon, Slope).backward([_lastGradient]);
    }

    /// <summary>The physical limit: two passes forward and two backward that only copy.</summary>
    [Benchmark]
    public void FourCopies()
    {
        using IDisposable noGrad = no_grad();
        for (int i = 0; i < 4; i++) _lastGradient.copy_(_lastLayout);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (Tensor tensor in (Tensor[])[_lastLayout, _defaultLayout, _gradient, _lastGradient, _weight, _bias]) tensor.Dispose();
    }
}
