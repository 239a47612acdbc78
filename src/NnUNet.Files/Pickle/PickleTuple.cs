using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace NnUNet.Files.Pickle;

/// <summary>A Python tuple: an immutable list that compares by value and can be a key.</summary>
[CollectionBuilder(typeof(PickleTuple), nameof(Create))]
public sealed class PickleTuple : IReadOnlyList<object?>, IEquatable<PickleTuple>
{
    private const int DeepestKey = 16;
    private const int LargestKey = 1 << 16;

    private readonly object?[] _items;
    private readonly int _depth = 1;
    private readonly bool _hashable = true;
    private int? _hash;

    internal PickleTuple(object?[] items)
    {
        _items = items;
        long cost = items.Length;
        foreach (object? item in items)
        {
            if (item is PickleTuple tuple)
            {
                _depth = Math.Max(_depth, Math.Min(tuple._depth, int.MaxValue - 1) + 1);
                _hashable &= tuple._hashable;
            }
            else
            {
                _hashable &= PickleKey.IsPlain(item);
            }

            cost += PickleKey.Cost(item);
        }

        Cost = (int)Math.Min(int.MaxValue, cost);
    }

    /// <summary>Number of elements.</summary>
    public int Count => _items.Length;

    /// <summary>Whether it is hashable in Python's sense, and small enough that comparing is cheap.</summary>
    internal bool CanBeKey => _hashable && _depth <= DeepestKey && Cost <= LargestKey;

    /// <summary>Elements and characters that hashing and comparing go through.</summary>
    internal int Cost { get; }

    /// <summary>One element.</summary>
    public object? this[int index] => _items[index];

    /// <summary>A tuple of the items.</summary>
    public static PickleTuple Create(ReadOnlySpan<object?> items) => new(items.ToArray());

    /// <inheritdoc/>
    public bool Equals(PickleTuple? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other.Count != Count || other.Cost != Cost || !CanBeKey || !other.CanBeKey || other.GetHashCode() != GetHashCode()) return false;
        for (int i = 0; i < _items.Length; i++)
        {
            if (!new PickleKey(_items[i]).Equals(new PickleKey(other._items[i]))) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PickleTuple);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (!CanBeKey) return Count;
        if (_hash is { } known) return known;
        HashCode hash = default;
        foreach (object? item in _items) hash.Add(new PickleKey(item));
        return (_hash = hash.ToHashCode()).Value;
    }

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The elements as (a, b, c), for messages: at most ten, and containers by their type only.</summary>
    public override string ToString() =>
        "(" + string.Join(", ", _items.Take(10).Select(Describe)) + (_items.Length > 10 ? ", …" : "") + ")";

    private static string Describe(object? item) => item switch
    {
        null => "None",
        bool b => b ? "True" : "False",
        string { Length: > 40 } s => $"'{s[..40]}…'",
        string s => $"'{s}'",
        long or double or PickleGlobal => string.Create(CultureInfo.InvariantCulture, $"{item}"),
        _ => item.GetType().Name,
    };
}
