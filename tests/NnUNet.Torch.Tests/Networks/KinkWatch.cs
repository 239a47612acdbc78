using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>LeakyReLU that remembers how near to zero, where its slope jumps, a value has come.</summary>
/// <remarks>
/// Gradients of two computations can be compared only where no value is nearer to zero than their rounding: on the other side of it a
/// unit's gradient is a hundred times as large, and which side it is on then depends on the processor's kernels.
/// </remarks>
[CatalogName(Name)]
internal sealed class KinkWatch : Nonlinearity
{
    private const string Name = "LeakyReLU_watched";
    private const int Tries = 100;

    [ThreadStatic]
    private static double _nearest;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor input, NonlinearitySettings settings)
    {
        using DisposeScope scope = NewDisposeScope();
        _nearest = Math.Min(_nearest, input.detach().abs().min().to_type(ScalarType.Float64).item<double>());
        return new LeakyRelu().Apply(input, settings).MoveToOuterDisposeScope();
    }

    /// <summary>Random images (B, C, …) of which a network makes no value near zero before its nonlinearities.</summary>
    /// <param name="describe">The network's description, given its nonlinearity.</param>
    /// <param name="prepare">Sets its weights.</param>
    /// <param name="shape">The images' shape.</param>
    /// <param name="distance">How near is too near, where values are about 1.</param>
    /// <returns>float32; belongs to the caller's scope.</returns>
    public static Tensor ImagesAwayFromKinks(Func<NonlinearitySettings, NetworkDescription> describe, Action<SegmentationNetwork> prepare, long[] shape, double distance = 5e-6)
    {
        CatalogAssemblies.Add(typeof(KinkWatch).Assembly);
        using SegmentationNetwork watched = NetworkFactory.Create(describe(new NonlinearitySettings { Name = Name }));
        prepare(watched);
        watched.to(ScalarType.Float64);
        using IDisposable noGrad = no_grad();
        for (ulong seed = 1; seed <= Tries; seed++)
        {
            using DisposeScope scope = NewDisposeScope();
            using Generator generator = new(seed, CPU);
            Tensor images = randn(shape, generator: generator);
            _nearest = double.PositiveInfinity;
            _ = watched.call(images.to_type(ScalarType.Float64));
            if (_nearest > distance) return images.MoveToOuterDisposeScope();
        }

        throw new InvalidOperationException($"all of {Tries} random images have values within {distance} of a kink");
    }
}
