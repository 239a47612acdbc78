using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace NnUNet.Files.Pickle;

/// <summary>Writes values as pickles of protocol 4 (Python's own) or 2 (torch's), the same bytes for the same value.</summary>
/// <remarks>
/// Only operations that the original's files have, and for what these do not contain (texts above 255 bytes, numbers above 32 bits)
/// those of Python's own pickler. Names and numpy types are written once and referred to afterwards; values are not shared.
/// </remarks>
internal sealed class PickleWriter
{
    private const int Deepest = 100;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MemoryStream _out;
    private readonly Dictionary<object, int> _memo = [];
    private readonly bool _old;
    private int _depth;

    private PickleWriter(MemoryStream content, int protocol)
    {
        _out = content;
        _old = protocol == 2;
    }

    /// <summary>Writes one value.</summary>
    /// <exception cref="ArgumentException">The value, or one in it, is of a type that is not written, or contains itself.</exception>
    public static void Write(Stream stream, object? value, int protocol)
    {
        if (protocol is not (2 or 4)) throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "protocols 2 and 4 are written");
        using MemoryStream content = new();
        new PickleWriter(content, protocol).Value(value);
        content.WriteByte(PickleOpcode.Stop);
        stream.Write([PickleOpcode.Proto, (byte)protocol]);
        if (protocol == 4)
        {
            Span<byte> frame = stackalloc byte[9];
            frame[0] = PickleOpcode.Frame;
            BinaryPrimitives.WriteInt64LittleEndian(frame[1..], content.Length);
            stream.Write(frame);
        }

        content.WriteTo(stream);
    }

    private void Value(object? value)
    {
        if (++_depth > Deepest) throw new ArgumentException($"the value is nested more than {Deepest} deep", nameof(value));
        switch (value)
        {
            case null:
                Code(PickleOpcode.None);
                break;
            case bool b:
                Code(b ? PickleOpcode.NewTrue : PickleOpcode.NewFalse);
                break;
            case int n:
                Integer(n);
                break;
            case long n:
                Integer(n);
                break;
            case BigInteger n:
                Long(n);
                break;
            case float d:
                Double(d);
                break;
            case double d:
                Double(d);
                break;
            case string text:
                Text(text);
                break;
            case byte[] bytes:
                Bytes(bytes);
                break;
            case PickleTuple tuple:
                Tuple(tuple);
                break;
            case PickleDictionary dictionary:
                Dictionary(dictionary);
                break;
            case IReadOnlyList<object?> list:
                List(list);
                break;
            default:
                Object(value);
                break;
        }

        _depth--;
    }

    private void Object(object value)
    {
        switch (value)
        {
            case PickledName name:
                Name(name);
                break;
            case PickledCall call:
                Name(call.Function);
                Tuple(call.Arguments);
                Code(PickleOpcode.Reduce);
                break;
            case PickledReference reference:
                Value(reference.Id);
                Code(PickleOpcode.BinPersId);
                break;
            case NumpyDType type:
                Type(type);
                break;
            case NumpyScalar scalar:
                Name(new PickledName("numpy.core.multiarray", "scalar"));
                Type(scalar.Type);
                Bytes(scalar.Bytes);
                Code(PickleOpcode.Tuple2);
                Code(PickleOpcode.Reduce);
                break;
            case PickleArray array:
                Array(array);
                break;
            case PickleSlice slice:
                Value(new PickledCall(new PickledName(_old ? "__builtin__" : "builtins", "slice"), PickleTuple.Create([slice.Start, slice.Stop, slice.Step])));
                break;
            default:
                throw new ArgumentException($"a {value.GetType().Name} cannot be written to a pickle", nameof(value));
        }
    }

    private void Integer(long value)
    {
        if (value is >= 0 and < 256)
        {
            _out.Write([PickleOpcode.BinInt1, (byte)value]);
        }
        else if (value is >= int.MinValue and <= int.MaxValue)
        {
            Code(PickleOpcode.BinInt);
            Int32((int)value);
        }
        else
        {
            Long(value);
        }
    }

    private void Long(BigInteger value)
    {
        byte[] bytes = value.ToByteArray();
        if (bytes.Length > byte.MaxValue) throw new ArgumentException($"an integer of {bytes.Length} bytes is not written", nameof(value));
        _out.Write([PickleOpcode.Long1, (byte)bytes.Length, .. bytes]);
    }

    private void Double(double value)
    {
        Span<byte> bytes = stackalloc byte[9];
        bytes[0] = PickleOpcode.BinFloat;
        BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], value);
        _out.Write(bytes);
    }

    private void Text(string text)
    {
        byte[] bytes = Utf8.GetBytes(text);
        if (!_old && bytes.Length <= byte.MaxValue)
        {
            _out.Write([PickleOpcode.ShortBinUnicode, (byte)bytes.Length]);
        }
        else
        {
            Code(PickleOpcode.BinUnicode);
            Int32(bytes.Length);
        }

        _out.Write(bytes);
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (_old)
        {
            // Protocol 2 has no bytes: they are a text that Python encodes.
            Name(new PickledName("_codecs", "encode"));
            Text(Encoding.Latin1.GetString(bytes));
            Text("latin1");
            Code(PickleOpcode.Tuple2);
            Code(PickleOpcode.Reduce);
            return;
        }

        if (bytes.Length <= byte.MaxValue)
        {
            _out.Write([PickleOpcode.ShortBinBytes, (byte)bytes.Length]);
        }
        else
        {
            Code(PickleOpcode.BinBytes);
            Int32(bytes.Length);
        }

        _out.Write(bytes);
    }

    private void Tuple(PickleTuple tuple)
    {
        if (tuple.Count > 3) Code(PickleOpcode.Mark);
        foreach (object? item in tuple) Value(item);
        Code(tuple.Count switch
        {
            0 => PickleOpcode.EmptyTuple,
            1 => PickleOpcode.Tuple1,
            2 => PickleOpcode.Tuple2,
            3 => PickleOpcode.Tuple3,
            _ => PickleOpcode.Tuple,
        });
    }

    private void List(IReadOnlyList<object?> list)
    {
        Code(PickleOpcode.EmptyList);
        if (list.Count == 0) return;
        Code(PickleOpcode.Mark);
        foreach (object? item in list) Value(item);
        Code(PickleOpcode.Appends);
    }

    private void Dictionary(PickleDictionary dictionary)
    {
        if (dictionary.IsOrdered)
        {
            Name(new PickledName("collections", "OrderedDict"));
            Code(PickleOpcode.EmptyTuple);
            Code(PickleOpcode.Reduce);
        }
        else
        {
            Code(PickleOpcode.EmptyDict);
        }

        if (dictionary.Count > 0)
        {
            Code(PickleOpcode.Mark);
            foreach ((object? key, object? value) in dictionary)
            {
                Value(key);
                Value(value);
            }

            Code(PickleOpcode.SetItems);
        }

        if (dictionary.Attributes is null) return;
        Value(dictionary.Attributes);
        Code(PickleOpcode.Build);
    }

    private void Name(PickledName name)
    {
        if (Recall(name)) return;
        if (_old)
        {
            Code(PickleOpcode.Global);
            _out.Write(Utf8.GetBytes($"{name.Module}\n{name.Name}\n"));
        }
        else
        {
            Text(name.Module);
            Text(name.Name);
            Code(PickleOpcode.StackGlobal);
        }

        Remember(name);
    }

    private void Type(NumpyDType type)
    {
        if (Recall(type.Name)) return;
        Name(new PickledName("numpy", "dtype"));
        Value(PickleTuple.Create([type.ShortName, false, true]));
        Code(PickleOpcode.Reduce);
        Remember(type.Name);
        Value(type.State());
        Code(PickleOpcode.Build);
    }

    private void Array(PickleArray array)
    {
        Name(new PickledName("numpy.core.multiarray", "_reconstruct"));
        Name(new PickledName("numpy", "ndarray"));
        Value(PickleTuple.Create([0L]));
        Bytes("b"u8);
        Code(PickleOpcode.Tuple3);
        Code(PickleOpcode.Reduce);
        Code(PickleOpcode.Mark);
        Integer(1);
        Value(new PickleTuple([.. array.Shape.Select(static n => (object?)n)]));
        NumpyDType type = array.WrittenType();
        Type(type);
        Code(PickleOpcode.NewFalse);
        if (type.IsObject) List(array.Items!);
        else Bytes(array.LittleEndianBytes());
        Code(PickleOpcode.Tuple);
        Code(PickleOpcode.Build);
    }

    private bool Recall(object key)
    {
        if (!_memo.TryGetValue(key, out int place)) return false;
        if (place <= byte.MaxValue)
        {
            _out.Write([PickleOpcode.BinGet, (byte)place]);
        }
        else
        {
            Code(PickleOpcode.LongBinGet);
            Int32(place);
        }

        return true;
    }

    private void Remember(object key)
    {
        int place = _memo.Count;
        _memo.Add(key, place);
        if (!_old)
        {
            Code(PickleOpcode.Memoize);
        }
        else if (place <= byte.MaxValue)
        {
            _out.Write([PickleOpcode.BinPut, (byte)place]);
        }
        else
        {
            Code(PickleOpcode.LongBinPut);
            Int32(place);
        }
    }

    private void Code(byte code) => _out.WriteByte(code);

    private void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _out.Write(bytes);
    }
}
