using System.Runtime.InteropServices;

namespace NnUNet.Files.Pickle;

/// <summary>A single numpy number, for writing. Reading gives plain numbers.</summary>
public sealed class NumpyScalar
{
    private NumpyScalar(NumpyDType type, byte[] bytes)
    {
        Type = type;
        Bytes = bytes;
    }

    /// <summary>numpy's type.</summary>
    public NumpyDType Type { get; }

    internal byte[] Bytes { get; }

    /// <summary>A number as numpy has it: double is float64, long int64.</summary>
    /// <exception cref="ArgumentException">numpy has no such type.</exception>
    public static NumpyScalar From<T>(T value)
        where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
        if (!BitConverter.IsLittleEndian) Array.Reverse(bytes);
        return new NumpyScalar(NumpyDType.Of<T>(), bytes);
    }
}
