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

/// <summary>A call in a pickle of a name that is allowed.</summary>
public sealed class PickleCall
{
    private readonly PickleBudget _budget;

    internal PickleCall(string name, PickleTuple arguments, PickleBudget budget)
    {
        Name = name;
        Arguments = arguments;
        _budget = budget;
    }

    /// <summary>What is called, with its module: <c>numpy.dtype</c>.</summary>
    public string Name { get; }

    /// <summary>The arguments.</summary>
    public PickleTuple Arguments { get; }

    /// <summary>One argument of a given type.</summary>
    /// <exception cref="InvalidDataException">There are fewer arguments, or this one is of another type.</exception>
    public T Argument<T>(int index) => index < Arguments.Count && Arguments[index] is T value
        ? value
        : throw new InvalidDataException($"{Name} is called with {Arguments}, where argument {index + 1} should be of {typeof(T).Name}");

    /// <summary>Notes bytes that are about to be allocated.</summary>
    /// <exception cref="InvalidDataException">They would be more than the options allow.</exception>
    public void Charge(long bytes) => _budget.Take(bytes);
}

/// <summary>An object of a pickle whose content comes after it was made.</summary>
public interface IPickleBuildable
{
    /// <summary>Takes the content.</summary>
    /// <param name="state">One argument: what Python's <c>__setstate__</c> gets.</param>
    /// <exception cref="InvalidDataException">The content is not what such an object takes.</exception>
    void SetState(PickleCall state);
}

/// <summary>Bytes that may still be allocated.</summary>
internal sealed class PickleBudget(long limit)
{
    private long _taken;

    public void Take(long bytes)
    {
        if (bytes < 0 || bytes > limit - _taken) throw new InvalidDataException($"the content would take more than {limit} bytes of memory");
        _taken += bytes;
    }
}
