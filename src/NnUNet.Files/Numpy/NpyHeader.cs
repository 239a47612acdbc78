using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>What the header of an npy array says.</summary>
/// <param name="DType">numpy's type string, such as <c>&lt;f4</c>, <c>|u1</c> or <c>&gt;i2</c>.</param>
/// <param name="Shape">Length of each axis, slowest first; empty for a single number.</param>
/// <param name="FortranOrder">Whether the first axis is the fastest in the file.</param>
public sealed record NpyHeader(string DType, ValueArray<long> Shape, bool FortranOrder)
{
    /// <summary>Number of elements.</summary>
    internal long Count { get; init; }

    /// <summary>The number type of <see cref="DType"/>.</summary>
    internal NumberKind Kind { get; init; }

    /// <summary>Whether the numbers are in the other byte order than this machine's.</summary>
    internal bool Swapped { get; init; }

    /// <summary>Bytes of magic, version and header text: where the numbers begin.</summary>
    internal int DataOffset { get; init; }

    /// <summary>Bytes of all numbers.</summary>
    internal long ByteCount => Count * Kind.Size();
}
