using NnUNet.Foundation;

namespace NnUNet.Files.Safetensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name, such as a parameter's in the state dictionary.</param>
/// <param name="DType">safetensors' name of the number type: <c>F32</c>, <c>I64</c>, <c>BF16</c>, ….</param>
/// <param name="Shape">Length of each axis, slowest first; empty for a single number.</param>
/// <param name="ByteOffset">Where its numbers begin, counted from the beginning of the file.</param>
/// <param name="ByteCount">Bytes of its numbers.</param>
public sealed record SafetensorsEntry(string Name, string DType, ValueArray<long> Shape, long ByteOffset, long ByteCount)
{
    /// <summary>Number of elements.</summary>
    public long Count => ByteCount / SafetensorsDTypes.Size(DType);
}
