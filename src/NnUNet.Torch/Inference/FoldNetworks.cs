using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Inference;

/// <summary>The networks whose outputs are averaged. How many of them are in memory at a time is their own affair.</summary>
/// <remarks>Call it on the thread that calls torch for their device.</remarks>
internal abstract class FoldNetworks : IDisposable
{
    /// <summary>Number of networks.</summary>
    public abstract int Count { get; }

    /// <summary>The networks that are in memory; all have the same inputs and classes.</summary>
    public abstract IReadOnlyList<SegmentationNetwork> InMemory { get; }

    /// <summary>A network with its own weights, until the next one is taken.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <exception cref="DescribedException">Its checkpoint cannot be read any more.</exception>
    public abstract SegmentationNetwork Take(int index);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SegmentationNetwork network in InMemory) network.Dispose();
    }
}

/// <summary>Networks that all stay in memory.</summary>
/// <param name="networks">The networks; freed with this.</param>
internal sealed class HeldNetworks(IReadOnlyList<SegmentationNetwork> networks) : FoldNetworks
{
    /// <inheritdoc/>
    public override int Count => networks.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<SegmentationNetwork> InMemory => networks;

    /// <inheritdoc/>
    public override SegmentationNetwork Take(int index) => networks[index];
}

/// <summary>One network in memory that takes each fold's weights in turn, so that folds do not multiply memory; the same numbers as with all of them in memory.</summary>
/// <param name="network">The network with the weights of the first fold; freed with this.</param>
/// <param name="count">Number of folds.</param>
/// <param name="load">Gives the network the weights of a fold.</param>
internal sealed class TurningNetwork(SegmentationNetwork network, int count, Action<SegmentationNetwork, int> load) : FoldNetworks
{
    private int _loaded;

    /// <inheritdoc/>
    public override int Count => count;

    /// <inheritdoc/>
    public override IReadOnlyList<SegmentationNetwork> InMemory { get; } = [network];

    /// <inheritdoc/>
    public override SegmentationNetwork Take(int index)
    {
        if (index == _loaded) return network;
        _loaded = -1; // where reading fails, the weights are of no fold
        load(network, index);
        _loaded = index;
        return network;
    }
}
