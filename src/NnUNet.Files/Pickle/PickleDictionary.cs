using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace NnUNet.Files.Pickle;

/// <summary>A Python dictionary (dict, OrderedDict or defaultdict): any key, in the order in which the keys came.</summary>
/// <remarks>Keys are equal as in Python: 1, 1.0 and True are one key.</remarks>
public sealed class PickleDictionary : IReadOnlyCollection<KeyValuePair<object?, object?>>
{
    private readonly List<KeyValuePair<object?, object?>> _entries = [];
    private readonly Dictionary<PickleKey, int> _places = [];

    /// <summary>Whether Python has it as an OrderedDict.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Attributes that were set on it, such as <c>_metadata</c> of a state dict; null when there are none.</summary>
    public PickleDictionary? Attributes { get; internal set; }

    /// <summary>Number of keys.</summary>
    public int Count => _entries.Count;

    /// <summary>The keys in order.</summary>
    public IEnumerable<object?> Keys => _entries.Select(static e => e.Key);

    /// <summary>The values in the order of their keys.</summary>
    public IEnumerable<object?> Values => _entries.Select(static e => e.Value);

    /// <summary>The value of a key; setting one replaces it or appends it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    /// <exception cref="ArgumentException">The key is of a kind that Python cannot hash.</exception>
    public object? this[object? key]
    {
        get => TryGetValue(key, out object? value) ? value : throw new KeyNotFoundException($"there is no key {key}");
        set
        {
            if (!PickleKey.IsKey(key)) throw new ArgumentException($"{key?.GetType().Name} cannot be a key", nameof(key));
            if (_places.TryAdd(new PickleKey(key), _entries.Count)) _entries.Add(new(key, value));
            else _entries[_places[new PickleKey(key)]] = new(_entries[_places[new PickleKey(key)]].Key, value);
        }
    }

    /// <summary>Whether there is a key.</summary>
    public bool ContainsKey(object? key) => _places.ContainsKey(new PickleKey(key));

    /// <summary>Finds the value of a key.</summary>
    public bool TryGetValue(object? key, [MaybeNullWhen(false)] out object? value)
    {
        bool found = _places.TryGetValue(new PickleKey(key), out int place);
        value = found ? _entries[place].Value : null;
        return found;
    }

    /// <summary>Adds a key, or replaces its value.</summary>
    /// <exception cref="ArgumentException">The key is of a kind that Python cannot hash.</exception>
    public void Add(object? key, object? value) => this[key] = value;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object?, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
