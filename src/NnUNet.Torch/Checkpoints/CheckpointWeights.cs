using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Checkpoints;

/// <summary>The weights of a checkpoint of any kind; valid until it is disposed.</summary>
/// <param name="weights">Every parameter and persistent buffer.</param>
/// <param name="file">What is closed at the end.</param>
internal sealed class CheckpointWeights(IReadOnlyList<NamedWeight> weights, IDisposable file) : IDisposable
{
    /// <summary>Every parameter and persistent buffer.</summary>
    public IReadOnlyList<NamedWeight> Weights { get; } = weights;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
