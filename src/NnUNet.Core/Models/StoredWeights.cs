using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>One tensor of a checkpoint.</summary>
/// <param name="Name">The parameter's name in the network.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Read">Reads its values as float32, the last axis fastest.</param>
public sealed record StoredWeight(string Name, ValueArray<long> Shape, Func<float[]> Read)
{
    /// <summary>Reads its values straight to where they go, without an array of their own; null where only <see cref="Read"/> can.</summary>
    /// <value>Null.</value>
    public Action<Span<float>>? ReadInto { get; init; }
}

/// <summary>The weights of a checkpoint; valid until it is disposed.</summary>
/// <param name="weights">Every parameter and persistent buffer of the network.</param>
/// <param name="file">What is closed at the end.</param>
public sealed class StoredWeights(IReadOnlyList<StoredWeight> weights, IDisposable file) : IDisposable
{
    /// <summary>Every parameter and persistent buffer of the network.</summary>
    public IReadOnlyList<StoredWeight> Weights { get; } = weights;

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
