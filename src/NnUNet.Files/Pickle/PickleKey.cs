using System.Numerics;

namespace NnUNet.Files.Pickle;

/// <summary>A key of a dictionary or an element of a set: equal and hashed as in Python, where 1, 1.0 and True are the same.</summary>
internal readonly struct PickleKey(object? value) : IEquatable<PickleKey>
{
    private readonly object? _value = value switch
    {
        bool b => b ? 1L : 0L,
        double d when d == Math.Floor(d) && Math.Abs(d) < 1L << 62 => (long)d,
        _ => value,
    };

    /// <summary>Whether a value other than a tuple can be a key.</summary>
    public static bool IsPlain(object? value) => value is null or bool or long or BigInteger or double or string or byte[] or PickleGlobal;

    /// <summary>Whether a value can be a key.</summary>
    public static bool IsKey(object? value) => value is PickleTuple tuple ? tuple.CanBeKey : IsPlain(value);

    /// <summary>Bytes that hashing and comparing go through.</summary>
    public static int Cost(object? value) => value switch
    {
        string s => s.Length,
        byte[] b => b.Length,
        PickleTuple tuple => tuple.Cost,
        _ => 0,
    };

    public bool Equals(PickleKey other) => _value is byte[] bytes
        ? other._value is byte[] others && bytes.AsSpan().SequenceEqual(others)
        : Equals(_value, other._value);

    public override bool Equals(object? obj) => obj is PickleKey other && Equals(other);

    public override int GetHashCode()
    {
        // HashCode is seeded anew in each process, so that no file can be made whose keys all collide.
        HashCode hash = default;
        if (_value is byte[] bytes) hash.AddBytes(bytes);
        else hash.Add(_value);
        return hash.ToHashCode();
    }
}
