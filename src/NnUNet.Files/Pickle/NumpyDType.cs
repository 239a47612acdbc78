using System.Globalization;
using NnUNet.Files.Numpy;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Pickle;

/// <summary>A numpy type in a pickle: numbers, truth values, texts, bytes or any objects.</summary>
public sealed class NumpyDType : IPickleBuildable
{
    private readonly char _letter;
    private int _size;
    private char _order = '=';

    /// <summary>The type that numpy calls so.</summary>
    /// <param name="name">numpy's short name, with or without byte order: <c>f8</c>, <c>&gt;i2</c>, <c>U15</c>, <c>O</c>.</param>
    /// <exception cref="InvalidDataException">It is none of the types that are read.</exception>
    internal NumpyDType(string name)
    {
        string rest = name;
        if (rest.Length > 0 && rest[0] is '<' or '>' or '=' or '|')
        {
            _order = rest[0];
            rest = rest[1..];
        }

        string digits = rest.Length > 0 ? rest[1..] : "";
        int count = 0;
        if (rest.Length == 0 || (digits.Length > 0 && !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count))) throw Unknown(name);
        _letter = rest[0];
        switch (_letter)
        {
            case 'O' when count is 0 or 8 or 4:
                break;
            case 'U' when count < 1 << 24:
                _size = 4 * count;
                break;
            case 'S':
                _size = count;
                break;
            default:
                Kind = NumberKinds.FromNumpy(rest) ?? throw Unknown(name);
                _size = Kind.Value.Size();
                break;
        }
    }

    /// <summary>numpy's name with the byte order: <c>&lt;f8</c>, <c>|b1</c>, <c>&lt;U15</c>, <c>|O</c>.</summary>
    public string Name => _letter switch
    {
        'O' => "|O",
        'U' => $"{Order}U{_size / 4}",
        'S' => $"|S{_size}",
        _ => $"{(_size == 1 ? '|' : Order)}{_letter}{_size}",
    };

    /// <summary>The name by which numpy's own pickles call it: <c>f8</c>, <c>U15</c>, <c>O8</c>.</summary>
    internal string ShortName => _letter switch
    {
        'O' => "O8",
        'U' => $"U{_size / 4}",
        _ => $"{_letter}{_size}",
    };

    /// <summary>The number type; null for texts, bytes and objects.</summary>
    internal NumberKind? Kind { get; }

    /// <summary>Whether the elements are any Python objects.</summary>
    internal bool IsObject => _letter == 'O';

    /// <summary>Whether the elements are texts (else bytes), where they are neither numbers nor objects.</summary>
    internal bool IsText => _letter == 'U';

    /// <summary>Bytes of one element; 0 for objects.</summary>
    internal int Size => _size;

    /// <summary>Whether the highest byte comes first.</summary>
    internal bool IsBigEndian => Order == '>';

    private char Order => _order is '<' or '>' ? _order : BitConverter.IsLittleEndian ? '<' : '>';

    /// <summary>The type of .NET numbers.</summary>
    /// <exception cref="ArgumentException">numpy has no such type.</exception>
    internal static NumpyDType Of<T>()
        where T : unmanaged => NumberKinds.Of<T>() is { } kind
            ? new NumpyDType(NpyHeaderFormat.DType(kind))
            : throw new ArgumentException($"numpy has no type like {typeof(T).Name}");

    /// <summary>What numpy's own pickles say of the type, in little-endian order.</summary>
    internal PickleTuple State() => _letter switch
    {
        'O' => PickleTuple.Create([3L, "|", null, null, null, -1L, -1L, 63L]),
        'U' => PickleTuple.Create([3L, "<", null, null, null, (long)_size, 4L, 8L]),
        'S' => PickleTuple.Create([3L, "|", null, null, null, (long)_size, 1L, 0L]),
        _ => PickleTuple.Create([3L, _size == 1 ? "|" : "<", null, null, null, -1L, -1L, 0L]),
    };

    /// <inheritdoc/>
    void IPickleBuildable.SetState(PickleCall state)
    {
        // (version, byte order, sub-array, field names, fields, bytes an element, alignment, flags[, metadata])
        PickleTuple parts = state.Argument<PickleTuple>(0);
        if (parts.Count < 8 || parts[0] is not (3L or 4L) || parts[1] is not string { Length: 1 } order || parts[5] is not long size)
        {
            throw new InvalidDataException($"a numpy type is described by {parts}");
        }

        if (parts[2] is not null || parts[3] is not null || parts[4] is not null) throw new InvalidDataException("numpy's arrays of records are not read");
        _order = order[0] is '<' or '>' or '=' or '|' ? order[0] : throw new InvalidDataException($"numpy has no byte order '{order}'");
        if (Kind is not null || IsObject || size < 0) return;
        if (size > int.MaxValue || (IsText && size % 4 != 0)) throw new InvalidDataException($"a numpy text of {size} bytes is not possible");
        _size = (int)size;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static InvalidDataException Unknown(string name) =>
        new($"the numpy type \"{(name.Length > 40 ? name[..40] + "…" : name)}\" is not read (plain numbers, truth values, texts and objects are)");
}
