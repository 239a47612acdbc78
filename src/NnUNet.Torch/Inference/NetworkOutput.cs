using NnUNet.Core.Models;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Networks.Fused;
using static TorchSharp.torch;

namespace NnUNet.Torch.Inference;

/// <summary>What a network says about a batch of tiles, made part by part where all of it at once would be much.</summary>
/// <remarks>
/// With classes by the hundred the last, pointwise step makes most of the memory that a tile takes. On the CPU it is done for some slices
/// at a time, which stay in the processor's cache until they are added up. The values are the same.
/// </remarks>
internal sealed class NetworkOutput : IDisposable
{
    /// <summary>Bytes of a part in float32, unless options say otherwise.</summary>
    internal const long PartBytes = 1 << 23;

    private readonly Tensor _features;
    private readonly nn.Module<Tensor, Tensor>? _last;
    private readonly AveragedOutput _averaged;
    private readonly OutputActivation _activation;
    private readonly long _slicesOfPart;

    private NetworkOutput(Tensor features, nn.Module<Tensor, Tensor>? last, long slicesOfPart, SlidingWindowOptions options) =>
        (_features, _last, _slicesOfPart, _averaged, _activation) = (features, last, slicesOfPart, options.Outputs.Averaged, options.Outputs.Activation);

    /// <summary>Slices of a tile: voxels along the first axis of the image.</summary>
    public long Slices => _features.shape[2];

    /// <summary>Bytes that the parts of a tile take at a time, of logits and what is made of them.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="tile">Voxels of a tile per axis.</param>
    public static long BytesOfPart(int classes, ReadOnlySpan<int> tile)
    {
        long voxels = 1;
        foreach (int n in tile) voxels *= n;
        return SlicesOf(classes, voxels / tile[0], tile[0], PartBytes) * (voxels / tile[0]) * classes * sizeof(float);
    }

    /// <summary>Runs a network.</summary>
    /// <param name="network">The network, with its coarser outputs off.</param>
    /// <param name="input">The tiles (B, C, …).</param>
    /// <param name="options">What is averaged.</param>
    public static NetworkOutput Of(SegmentationNetwork network, Tensor input, SlidingWindowOptions options)
    {
        long[] shape = input.shape;
        long slices = shape[2], voxelsOfSlice = shape[3..].Aggregate(1L, static (product, n) => product * n);
        long some = shape[0] > 1 || options.Device.IsCuda ? slices : SlicesOf(network.Classes, voxelsOfSlice, slices, options.PartBytes);
        return some < slices && network.RunToLast(input) is { } cut
            ? new NetworkOutput(cut.Features, cut.Last, some, options)
            : new NetworkOutput(network.call(input)[0], null, slices, options);
    }

    /// <summary>The parts in order, as what is averaged: logits or probabilities (B, K, …); the caller disposes each.</summary>
    /// <returns>The part's first slice, and its values.</returns>
    public IEnumerable<(long From, Tensor Values)> Parts()
    {
        if (_last is null)
        {
            yield return (0, Activate(_features.alias()));
            yield break;
        }

        bool last = ChannelsLast.Is(_features);
        for (long from = 0; from < Slices; from += _slicesOfPart)
        {
            long count = Math.Min(_slicesOfPart, Slices - from);
            using Tensor some = last ? ChannelsLast.Slices(_features, from, count) : _features.narrow(2, from, count);
            yield return (from, Activate(_last.call(some)));
        }
    }

    /// <summary>Memory for the sum of whole outputs that come in parts like this one, laid in the same way.</summary>
    public Tensor Sums(Tensor part)
    {
        long[] shape = part.shape;
        shape[2] = Slices;
        if (!ChannelsLast.Is(part)) return empty(shape, dtype: part.dtype, device: part.device);
        long[] back = [0, shape.Length - 1, .. Enumerable.Range(1, shape.Length - 2).Select(static axis => (long)axis)];
        return empty([shape[0], .. shape[2..], shape[1]], dtype: part.dtype, device: part.device).permute(back);
    }

    /// <inheritdoc/>
    public void Dispose() => _features.Dispose();

    private static long SlicesOf(int classes, long voxelsOfSlice, long slices, long bytes) => Math.Clamp(bytes / (sizeof(float) * classes * voxelsOfSlice), 1, slices);

    /// <summary>A network's logits (B, K, …) as what is averaged.</summary>
    private Tensor Activate(Tensor logits)
    {
        if (_averaged == AveragedOutput.Logits) return logits;
        using Tensor given = logits;
        return _activation == OutputActivation.Softmax ? given.softmax(1) : given.sigmoid();
    }
}
