using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NnUNet.Foundation;

namespace NnUNet.Files.PyTorch;

/// <summary>A tensor in a PyTorch file: its type, shape and place. The numbers stay in the file until they are copied out.</summary>
/// <remarks>Valid as long as the <see cref="TorchFile"/> is not disposed.</remarks>
public sealed class TensorView
{
    private const int MostAxes = 64;
    private const int Chunk = 1 << 20;

    private readonly string _where;
    private readonly TorchStorage _storage;

    /// <summary>A view; checks that it lies within its storage.</summary>
    /// <exception cref="InvalidDataException">It does not, or repeats parts of it.</exception>
    internal TensorView(string where, StoragePart part, TorchDType type, long offset, long[] shape, long[] strides)
    {
        _where = where;
        _storage = part.Storage;
        Shape = [.. shape];
        Strides = [.. strides];
        DType = type;
        if (shape.Length != strides.Length || shape.Length > MostAxes || shape.Any(static n => n < 0) || strides.Any(static n => n < 0) || offset < 0)
        {
            throw new InvalidDataException($"a tensor of shape {Shape} with strides {Strides} from {offset} on is not possible");
        }

        // A storage without a type counts bytes, a view counts numbers.
        long there = type.Size == part.Storage.Type.Size ? part.Count : part.Count * part.Storage.Type.Size / type.Size;
        Int128 count = 1;
        Int128 last = offset;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            count = shape[axis] == 0 ? 0 : Min(count * shape[axis], long.MaxValue);
            if (shape[axis] == 0) break;
            last += (Int128)(shape[axis] - 1) * strides[axis];
        }

        if (shape.Contains(0)) (count, last) = (0, 0);
        else if (last >= there) throw new InvalidDataException($"a tensor of shape {Shape} with strides {Strides} from {offset} on needs {last + 1} numbers, but storage \"{_storage.Key}\" has {there}");
        if (count > there) throw new InvalidDataException($"a tensor of shape {Shape} with strides {Strides} repeats the {there} numbers of storage \"{_storage.Key}\"");
        Count = (long)count;
        Offset = checked(offset + (part.First * part.Storage.Type.Size / type.Size));
    }

    /// <summary>The number type.</summary>
    public TorchDType DType { get; }

    /// <summary>Length of each axis, slowest first; empty for a single number.</summary>
    public ValueArray<long> Shape { get; }

    /// <summary>Numbers from one to the next along each axis in the storage.</summary>
    public ValueArray<long> Strides { get; }

    /// <summary>The storage's number with which the tensor begins.</summary>
    public long Offset { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Bytes of all elements.</summary>
    public long ByteCount => Count * DType.Size;

    /// <summary>The storage's name in the file: tensors with the same one share their numbers.</summary>
    public string StorageKey => _storage.Key;

    /// <summary>Whether the elements follow each other in the storage, last axis fastest.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int axis = Shape.Count - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Strides[axis] != expected) return Count == 0;
                expected *= Shape[axis];
            }

            return true;
        }
    }

    /// <summary>Whether it is the same view on the same numbers.</summary>
    public bool IsSameAs(TensorView other) =>
        ReferenceEquals(_storage, other._storage) && Offset == other.Offset && DType == other.DType && Shape == other.Shape && Strides == other.Strides;

    /// <summary>Copies the numbers out of the file: last axis fastest, this machine's byte order.</summary>
    /// <param name="into">Exactly <see cref="ByteCount"/> bytes.</param>
    /// <exception cref="TorchFileException">The file is cut off or damaged.</exception>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    public void CopyTo(Span<byte> into)
    {
        if (into.Length != ByteCount) throw new ArgumentException($"the tensor has {ByteCount} bytes, not {into.Length}", nameof(into));
        if (Count == 0) return;
        if (IsContiguous) _storage.Bytes!(Offset * DType.Size, into);
        else Gather(into);
        if (_storage.Swapped) Swap(into);
    }

    /// <summary>Copies the numbers out of the file as floats; the other floating-point types are converted.</summary>
    /// <exception cref="TorchFileException">The file is cut off or damaged, the numbers are not floating-point, or there are more than 2^31.</exception>
    public float[] ReadFloat32()
    {
        if (ByteCount > Array.MaxLength) throw new TorchFileException(_where, $"a tensor has {Count} numbers of {DType}", "it is too large to be read at once");
        float[] result = new float[Count];
        if (DType.Code == "F32")
        {
            CopyTo(MemoryMarshal.AsBytes(result.AsSpan()));
            return result;
        }

        byte[] raw = new byte[ByteCount];
        CopyTo(raw);
        for (int done = 0; done < result.Length; done += Chunk)
        {
            Span<float> part = result.AsSpan(done, Math.Min(Chunk, result.Length - done));
            Widen(raw.AsSpan(done * DType.Size, part.Length * DType.Size), part);
        }

        return result;
    }

    /// <summary>Type and shape, for messages.</summary>
    public override string ToString() => $"{DType}{Shape}";

    private static Int128 Min(Int128 a, Int128 b) => a < b ? a : b;

    private void Widen(ReadOnlySpan<byte> raw, Span<float> into)
    {
        switch (DType.Code)
        {
            case "F64":
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(raw), into);
                break;
            case "F16":
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, Half>(raw), into);
                break;
            case "BF16":
                // bfloat16 is the upper half of a float.
                Span<uint> bits = MemoryMarshal.Cast<float, uint>(into);
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, ushort>(raw), bits);
                TensorPrimitives.ShiftLeft(bits, 16, bits);
                break;
            default:
                throw new TorchFileException(_where, $"a tensor is of {DType}, not of floating-point numbers", "check that the file belongs to this network");
        }
    }

    /// <summary>Copies element by element out of the part of the storage that the view spans.</summary>
    private void Gather(Span<byte> into)
    {
        long span = 1;
        for (int axis = 0; axis < Shape.Count; axis++) span += (Shape[axis] - 1) * Strides[axis];
        if (span * DType.Size > Array.MaxLength) throw new TorchFileException(_where, $"a tensor that is no plain array spans {span} numbers", "save the model with contiguous tensors");
        byte[] storage = new byte[span * DType.Size];
        _storage.Bytes!(Offset * DType.Size, storage);
        int size = DType.Size;
        long[] index = new long[Shape.Count];
        long at = 0;
        for (int done = 0; done < into.Length; done += size)
        {
            storage.AsSpan((int)(at * size), size).CopyTo(into[done..]);
            for (int axis = Shape.Count - 1; axis >= 0; axis--)
            {
                at += Strides[axis];
                if (++index[axis] < Shape[axis]) break;
                at -= Strides[axis] * Shape[axis];
                index[axis] = 0;
            }
        }
    }

    private void Swap(Span<byte> into)
    {
        for (int at = 0; DType.SwapSize > 1 && at < into.Length; at += DType.SwapSize) into.Slice(at, DType.SwapSize).Reverse();
    }
}
