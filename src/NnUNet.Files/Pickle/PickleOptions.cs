namespace NnUNet.Files.Pickle;

/// <summary>Makes the object that a call in a pickle asks for.</summary>
/// <param name="call">The allowed name and the arguments.</param>
/// <returns>The object, or null for Python's None.</returns>
/// <exception cref="InvalidDataException">The arguments are not those that the name takes; the reader adds file and position.</exception>
public delegate object? PickleBuilder(PickleCall call);

/// <summary>What a pickle may contain besides plain values and numpy's arrays, and how large it may be.</summary>
public sealed record PickleOptions
{
    /// <summary>Further names that may be called, with what builds their objects: <c>torch._utils._rebuild_tensor_v2</c>.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, PickleBuilder> Builders { get; init; } = new Dictionary<string, PickleBuilder>(StringComparer.Ordinal);

    /// <summary>Further names that stand for a value: <c>torch.FloatStorage</c>.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, object> Values { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>Makes the object that a persistent id stands for; throws <see cref="InvalidDataException"/> for an id that it does not know.</summary>
    /// <value>Null: persistent ids are refused.</value>
    public Func<object?, object?>? PersistentLoad { get; init; }

    /// <summary>Bytes that the result may take in memory, estimated.</summary>
    /// <value>2^30.</value>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>How many times the bytes of the pickle (and a megabyte) the result may take when everything that is shared is written out.</summary>
    /// <value>256.</value>
    public int MaxExpansion { get; init; } = 256;

    /// <summary>How deep lists, tuples, dictionaries and sets may be nested.</summary>
    /// <value>100.</value>
    public int MaxDepth { get; init; } = 100;
}
