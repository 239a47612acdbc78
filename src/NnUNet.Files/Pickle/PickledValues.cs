using System.Runtime.InteropServices;

namespace NnUNet.Files.Pickle;

/// <summary>A class or function by its name, for writing.</summary>
/// <param name="Module">Python's module: <c>torch</c>.</param>
/// <param name="Name">The name in it: <c>FloatStorage</c>.</param>
public sealed record PickledName(string Module, string Name);

/// <summary>A call that Python makes when it loads the file, for writing.</summary>
/// <param name="Function">What is called.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record PickledCall(PickledName Function, PickleTuple Arguments);

/// <summary>An object outside of the pickle, for writing.</summary>
/// <param name="Id">The persistent id: any value that can be written.</param>
public sealed record PickledReference(object Id);

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
