using System.Runtime.InteropServices;
using Google.Protobuf;

namespace NnUNet.Torch.Onnx;

/// <summary>A message of ONNX's protocol buffers: fields in the order in which they are added, encoded without a copy of the whole.</summary>
/// <remarks>Field numbers and types are those of onnx/onnx.proto (IR version 8).</remarks>
internal sealed class OnnxMessage
{
    private readonly List<Field> _fields = [];
    private int? _size;

    /// <summary>Adds a whole number.</summary>
    public OnnxMessage Number(int field, long value) => Add(
        field,
        WireFormat.WireType.Varint,
        () => CodedOutputStream.ComputeInt64Size(value),
        stream => stream.WriteInt64(value));

    /// <summary>Adds whole numbers, each a field of its own.</summary>
    public OnnxMessage Numbers(int field, IEnumerable<long> values)
    {
        foreach (long value in values) Number(field, value);
        return this;
    }

    /// <summary>Adds a real number.</summary>
    public OnnxMessage Real(int field, float value) => Add(field, WireFormat.WireType.Fixed32, static () => sizeof(float), stream => stream.WriteFloat(value));

    /// <summary>Adds a text.</summary>
    public OnnxMessage Text(int field, string value) => Add(
        field,
        WireFormat.WireType.LengthDelimited,
        () => CodedOutputStream.ComputeStringSize(value),
        stream => stream.WriteString(value));

    /// <summary>Adds a message.</summary>
    public OnnxMessage Message(int field, OnnxMessage value) => Add(
        field,
        WireFormat.WireType.LengthDelimited,
        () => CodedOutputStream.ComputeLengthSize(value.Size()) + value.Size(),
        stream =>
        {
            stream.WriteLength(value.Size());
            value.WriteTo(stream);
        });

    /// <summary>Adds bytes that are made when they are written, so that only one such field is in memory at a time.</summary>
    /// <param name="field">The field's number.</param>
    /// <param name="length">How many they are.</param>
    /// <param name="make">Makes them.</param>
    public OnnxMessage Bytes(int field, int length, Func<byte[]> make) => Add(
        field,
        WireFormat.WireType.LengthDelimited,
        () => CodedOutputStream.ComputeLengthSize(length) + length,
        stream => stream.WriteBytes(UnsafeByteOperations.UnsafeWrap(make())));

    /// <summary>Bytes of the encoded message.</summary>
    public int Size() => _size ??= _fields.Aggregate(0, static (sum, field) => checked(sum + CodedOutputStream.ComputeTagSize(field.Number) + field.Size()));

    /// <summary>Encodes it. Nothing is added afterwards.</summary>
    public void WriteTo(CodedOutputStream stream)
    {
        foreach (Field field in CollectionsMarshal.AsSpan(_fields))
        {
            stream.WriteTag(field.Number, field.Type);
            field.Write(stream);
        }
    }

    private OnnxMessage Add(int number, WireFormat.WireType type, Func<int> size, Action<CodedOutputStream> write)
    {
        _fields.Add(new Field(number, type, size, write));
        return this;
    }

    private readonly record struct Field(int Number, WireFormat.WireType Type, Func<int> Size, Action<CodedOutputStream> Write);
}
