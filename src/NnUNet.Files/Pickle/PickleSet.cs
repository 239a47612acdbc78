using System.Collections;

namespace NnUNet.Files.Pickle;

/// <summary>A Python set or frozenset, in the order in which the elements came.</summary>
public sealed class PickleSet : IReadOnlyCollection<object?>
{
    private readonly List<object?> _items = [];
    private readonly HashSet<PickleKey> _keys = [];

    /// <summary>Whether Python has it as a frozenset.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Number of elements.</summary>
    public int Count => _items.Count;

    /// <summary>Whether an element is in the set.</summary>
    public bool Contains(object? item) => _keys.Contains(new PickleKey(item));

    /// <summary>Adds an element; one that is there already is not added again.</summary>
    /// <exception cref="ArgumentException">The element is of a kind that Python cannot hash.</exception>
    public void Add(object? item)
    {
        if (!PickleKey.IsKey(item)) throw new ArgumentException($"{item?.GetType().Name} cannot be in a set", nameof(item));
        if (_keys.Add(new PickleKey(item))) _items.Add(item);
    }

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
