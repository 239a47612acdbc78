using System.Text;
using NnUNet.Files.Numpy;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Pickle;

/// <summary>A numpy array in a pickle, in C order (last axis fastest): of numbers, or of texts and any objects.</summary>
public sealed class PickleArray : IPickleBuildable
{
    private const int MostAxes = 32;

    // Arrays without content may promise any shape; code that walks them must end.
    private const int BytesOfNothing = 1024;

    private long[] _shape = [0];

    internal PickleArray()
    {
    }

    /// <summary>An array of numbers or truth values, for writing.</summary>
    /// <param name="data">The elements in C order.</param>
    /// <param name="shape">Length of each axis, slowest first; none for a single number.</param>
    /// <exception cref="ArgumentException">The data do not fill the shape, or numpy has no such type.</exception>
    public static PickleArray From<T>(ReadOnlySpan<T> data, params long[] shape)
        where T : unmanaged
    {
        if (shape.Aggregate(1L, static (product, n) => checked(product * n)) != data.Length) throw new ArgumentException($"{data.Length} elements do not fill [{string.Join(", ", shape)}]", nameof(data));
        NumpyDType type = NumpyDType.Of<T>();
        return new PickleArray
        {
            _shape = [.. shape],
            DType = type.Name,
            Numbers = new NpyArray(data.ToArray(), type.Kind!.Value, [.. shape], type.Name),
        };
    }

    /// <summary>Length of each axis, slowest first; empty for a single element.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>numpy's type string: <c>&lt;f8</c>, <c>&lt;U15</c>, <c>|O</c>.</summary>
    public string DType { get; private set; } = "|i1";

    /// <summary>The numbers or truth values; null when the elements are of other types.</summary>
    public NpyArray? Numbers { get; private set; } = new(Array.Empty<sbyte>(), NumberKind.Int8, [0], "|i1");

    /// <summary>The texts, bytes or objects; null when the elements are numbers.</summary>
    public IReadOnlyList<object?>? Items { get; private set; }

    /// <summary>Number of elements.</summary>
    public int Count => Numbers?.Count ?? Items!.Count;

    /// <summary>Lists that the array becomes when each axis is one, also where it has no elements.</summary>
    internal long Places => _shape.Aggregate(1L, static (product, n) => product * Math.Max(1, n));

    /// <summary>The elements as plain values: bool, long, BigInteger (only beyond long), double, string or what the objects are.</summary>
    public IEnumerable<object?> Elements() => Numbers is null ? Items! : NumpyBuilders.Plain(Numbers);

    /// <inheritdoc/>
    void IPickleBuildable.SetState(PickleCall state)
    {
        // (version, shape, type, whether in Fortran order, content)
        PickleTuple parts = state.Argument<PickleTuple>(0);
        if (parts.Count != 5 || parts[0] is not 1L || parts[1] is not PickleTuple shape || parts[2] is not NumpyDType type || parts[3] is not (bool or long))
        {
            throw new InvalidDataException($"a numpy array is described by {parts}");
        }

        Fill(state, shape, type, parts[3] is true or not (bool or 0L), parts[4]);
    }

    /// <summary>Takes shape, type and content.</summary>
    internal void Fill(PickleCall call, PickleTuple shape, NumpyDType type, bool fortranOrder, object? content)
    {
        if (shape.Count > MostAxes) throw new InvalidDataException($"a numpy array has {shape.Count} axes");
        long[] axes = [.. shape.Select(static n => n is long and >= 0 and long length ? length : throw new InvalidDataException("the axes of a numpy array are no lengths"))];
        long places = axes.Aggregate(1L, static (product, n) => Math.Max(1, n) <= int.MaxValue / product ? product * Math.Max(1, n) : throw new InvalidDataException("a numpy array has too many elements"));
        long count = axes.Contains(0) ? 0 : places;
        if (count == 0 || (type.Size == 0 && !type.IsObject)) call.Charge(BytesOfNothing * places);
        if (type.IsObject)
        {
            // numpy lists objects in C order whatever their order in memory is.
            List<object?> objects = content as List<object?> ?? throw new InvalidDataException("a numpy array of objects has no list of them");
            if (objects.Count != count) throw new InvalidDataException($"a numpy array of {count} objects has {objects.Count}");
            call.Charge(8 * count);
            Items = [.. objects];
            Numbers = null;
        }
        else
        {
            byte[] raw = PickleBuilders.Raw(call, content);
            if (raw.Length != count * type.Size) throw new InvalidDataException($"a numpy array of {count} {type.Name} has {raw.Length} bytes instead of {count * type.Size}");
            Numbers = type.Kind is null ? null : NumpyBuilders.Numbers(call, raw, type, axes, fortranOrder);
            Items = type.Kind is null ? NumpyBuilders.Texts(call, raw, type, axes, fortranOrder) : null;
        }

        _shape = axes;
        DType = type.Name;
    }

    /// <summary>The type as it is written: always little-endian.</summary>
    internal NumpyDType WrittenType() => new(DType[0] == '>' ? "<" + DType[1..] : DType);

    /// <summary>The elements that are no objects as they are written.</summary>
    internal byte[] LittleEndianBytes()
    {
        NumpyDType type = WrittenType();
        if (Numbers is not null)
        {
            byte[] numbers = Numbers.Bytes.ToArray();
            if (!BitConverter.IsLittleEndian) NumberKinds.Swap(numbers, type.Size);
            return numbers;
        }

        byte[] bytes = new byte[type.Size * Items!.Count];
        for (int i = 0; i < Items.Count; i++)
        {
            byte[] element = Items[i] is string text ? Encoding.UTF32.GetBytes(text) : (byte[])Items[i]!;
            element.CopyTo(bytes, i * type.Size);
        }

        return bytes;
    }
}
