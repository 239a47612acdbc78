using NnUNet.Imaging;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Benchmarks;

/// <summary>The norms and rectifiers of <see cref="HippocampusNetwork"/> and nothing else, forward and backward, as the network computes them.</summary>
internal sealed class BareNorms : IDisposable
{
    private const double Epsilon = 1e-5;
    private const double Slope = 0.01;
    private const int Seed = 1;

    private readonly List<(Tensor Features, Tensor Gradient, GroupNormLayer Norm, int Count)> _levels = [];

    /// <summary>Features of random numbers of each resolution.</summary>
    /// <param name="patch">The patch (z, y, x), in 2D with z = 1.</param>
    /// <param name="samples">Samples of a batch.</param>
    /// <param name="type">The convolutions' type; null means float32.</param>
    /// <param name="device">Where to compute.</param>
    public BareNorms(Extent patch, int samples, ScalarType? type, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(Seed);
        for (int level = 0; level < HippocampusNetwork.Features.Length; level++)
        {
            int features = HippocampusNetwork.Features[level];
            long[] shape = [samples, features, .. Shape(patch).Select(n => n >> level)];
            Tensor random = zeros(shape).normal_(0, 1, generator).to(device);
            Tensor laid = device.type == DeviceType.CPU ? ChannelsLast.Of(random) : random;
            // The plain norm takes float32, as the network gives it; the fused one takes what the convolution makes.
            Tensor cast = FusedNorm.Takes(device.type, type ?? ScalarType.Float32) ? laid.to_type(type ?? ScalarType.Float32) : laid;
            Tensor leaf = cast.detach().requires_grad_(true).DetachFromDisposeScope();
            GroupNormLayer norm = new(features, features, Epsilon);
            norm.to(device);
            bool lowest = level == HippocampusNetwork.Features.Length - 1;
            _levels.Add((leaf, ones_like(leaf).DetachFromDisposeScope(), norm, lowest ? 2 : 4)); // two going down, two going up
        }
    }

    /// <summary>Forward and backward of all of them.</summary>
    public void Run()
    {
        foreach ((Tensor features, Tensor gradient, GroupNormLayer norm, int count) in _levels)
        {
            for (int i = 0; i < count; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor output = norm.TryRectified(features, Slope) ?? norm.call(features).LeakyReluInPlace(Slope);
                output.backward([gradient]);
                features.grad?.zero_();
            }
        }
    }

    public void Dispose()
    {
        foreach ((Tensor features, Tensor gradient, GroupNormLayer norm, _) in _levels)
        {
            features.Dispose();
            gradient.Dispose();
            norm.Dispose();
        }
    }

    private static long[] Shape(Extent patch) => patch.Z == 1 ? [patch.Y, patch.X] : [patch.Z, patch.Y, patch.X];
}
