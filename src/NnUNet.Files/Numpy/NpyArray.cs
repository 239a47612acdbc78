using System.Numerics;
using System.Runtime.InteropServices;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>An array of numbers read from npy or npz: C order (last axis fastest), this machine's byte order.</summary>
public sealed class NpyArray
{
    private readonly Array _numbers;
    private readonly NumberKind _kind;
    private readonly long[] _shape;

    internal NpyArray(Array numbers, NumberKind kind, long[] shape, string dType)
    {
        _numbers = numbers;
        _kind = kind;
        _shape = shape;
        DType = dType;
    }

    /// <summary>Length of each axis, slowest first; empty for a single number.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>numpy's type string as the file states it, such as <c>&lt;f4</c>.</summary>
    public string DType { get; }

    /// <summary>Number of elements.</summary>
    public int Count => _numbers.Length;

    /// <summary>The numbers in this machine's byte order, at most 2^31 bytes of them.</summary>
    internal ReadOnlySpan<byte> Bytes => MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(_numbers), checked(_numbers.Length * _kind.Size()));

    /// <summary>The numbers themselves, without a copy.</summary>
    /// <typeparam name="T">The stored type: float for <c>f4</c>, byte for <c>u1</c>, bool for <c>b1</c>.</typeparam>
    /// <exception cref="InvalidOperationException">The array stores another type.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged => _numbers is T[] typed && NumberKinds.Of<T>() == _kind
            ? typed
            : throw new InvalidOperationException($"the array stores {DType}, not {typeof(T).Name}; use ToArray to convert");

    /// <summary>A copy of the numbers, converted: integers keep their low bits, fractions are cut off, true is 1.</summary>
    /// <typeparam name="T">Any number type.</typeparam>
    public T[] ToArray<T>()
        where T : unmanaged, INumberBase<T>
    {
        T[] result = GC.AllocateUninitializedArray<T>(_numbers.Length);
        ref byte first = ref MemoryMarshal.GetArrayDataReference(_numbers);
        const int Step = 1 << 16;
        int size = _kind.Size();
        for (int done = 0; done < result.Length; done += Step)
        {
            int count = Math.Min(Step, result.Length - done);
            ReadOnlySpan<byte> raw = MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.AddByteOffset(ref first, (nint)done * size), count * size);
            NumberKinds.Convert(raw, _kind, result.AsSpan(done, count));
        }

        return result;
    }
}
