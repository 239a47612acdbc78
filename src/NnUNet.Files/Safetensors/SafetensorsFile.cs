using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Safetensors;

/// <summary>A safetensors file, open for reading; the header is checked strictly, tensors are read on demand and from any thread.</summary>
/// <remarks>Dispose it before the file is replaced: Windows refuses otherwise.</remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header)
    {
        _path = path;
        _handle = handle;
        Entries = header.Entries;
        Metadata = header.Metadata;
        _byName = header.Entries.ToDictionary(static e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's metadata; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Opens a file and checks its header against the bytes there are.</summary>
    /// <exception cref="FileFormatException">The file is missing, cut off, or breaks a rule of the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = InputFile.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileFormatException(path, $"the file cannot be opened ({e.Message})", "check the name and the access rights", e);
        }

        try
        {
            return new SafetensorsFile(path, handle, ReadHeader(path, handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file: tensors with wider numbers first (which aligns them all), else in the order given; the same items give the same bytes.</summary>
    /// <param name="path">The file, replaced only when all is written.</param>
    /// <param name="items">The tensors.</param>
    /// <param name="metadata">Metadata, written in ordinal order of their keys.</param>
    /// <exception cref="ArgumentException">A name stands twice or is reserved, or a tensor wrote another number of bytes than its shape needs.</exception>
    public static void Write(string path, IReadOnlyList<SafetensorsItem> items, IReadOnlyDictionary<string, string>? metadata = null) =>
        SafetensorsWriter.Write(path, items, metadata);

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="FileFormatException">There is none.</exception>
    public SafetensorsEntry Entry(string name) => _byName.TryGetValue(name, out SafetensorsEntry? entry)
        ? entry
        : throw new FileFormatException(_path, $"there is no tensor \"{name}\"", "check that the file belongs to this network");

    /// <summary>Reads all bytes of a tensor (little-endian, last axis fastest).</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="into">Exactly as long as the tensor.</param>
    /// <exception cref="FileFormatException">There is no such tensor, or the file became shorter.</exception>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    public void Read(string name, Span<byte> into)
    {
        SafetensorsEntry entry = Entry(name);
        if (into.Length != entry.ByteCount) throw new ArgumentException($"tensor {name} has {entry.ByteCount} bytes, not {into.Length}", nameof(into));
        Read(entry, 0, into);
    }

    /// <summary>Reads a part of a tensor's bytes, for tensors of more than 2^31 bytes or work in pieces.</summary>
    /// <param name="entry">The tensor, one of <see cref="Entries"/>.</param>
    /// <param name="firstByte">Where to begin, counted from the tensor's beginning.</param>
    /// <param name="into">Receives as many bytes as it is long.</param>
    /// <exception cref="FileFormatException">The file became shorter.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the tensor.</exception>
    public void Read(SafetensorsEntry entry, long firstByte, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstByte);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstByte, entry.ByteCount - into.Length);
        Fill(_path, _handle, entry.ByteOffset + firstByte, into);
    }

    /// <summary>Reads a tensor as floats; F64, F16 and BF16 are converted.</summary>
    /// <exception cref="FileFormatException">There is no such tensor, it is not of floating-point numbers, or has more than 2^31 of them.</exception>
    public float[] ReadFloat32(string name)
    {
        SafetensorsEntry entry = Entry(name);
        if (entry.Count > Array.MaxLength) throw new FileFormatException(_path, $"tensor \"{name}\" has {entry.Count} numbers", "read it in parts");

        float[] result = GC.AllocateUninitializedArray<float>((int)entry.Count);
        ReadFloat32(name, result);
        return result;
    }

    /// <summary>Reads a tensor as floats into memory that is there already; F64, F16 and BF16 are converted.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="into">As many numbers as the tensor has.</param>
    /// <exception cref="FileFormatException">There is no such tensor, or it is not of floating-point numbers.</exception>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    public void ReadFloat32(string name, Span<float> into)
    {
        SafetensorsEntry entry = Entry(name);
        if (into.Length != entry.Count) throw new ArgumentException($"tensor {name} has {entry.Count} numbers, not {into.Length}", nameof(into));
        if (entry.DType == "F32")
        {
            for (int done = 0; done < into.Length;)
            {
                Span<float> part = into.Slice(done, Math.Min(1 << 28, into.Length - done));
                Read(entry, done * 4L, MemoryMarshal.AsBytes(part));
                if (!BitConverter.IsLittleEndian) NumberKinds.Swap(MemoryMarshal.AsBytes(part), 4);
                done += part.Length;
            }

            return;
        }

        int size = SafetensorsDTypes.Size(entry.DType);
        byte[] raw = new byte[Math.Min(entry.ByteCount, 1 << 20)];
        for (long done = 0; done < entry.ByteCount; done += raw.Length)
        {
            Span<byte> part = raw.AsSpan(0, (int)Math.Min(raw.Length, entry.ByteCount - done));
            Read(entry, done, part);
            if (!BitConverter.IsLittleEndian) NumberKinds.Swap(part, size);
            Widen(entry, part, into.Slice((int)(done / size), part.Length / size));
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private void Widen(SafetensorsEntry entry, Span<byte> raw, Span<float> into)
    {
        switch (entry.DType)
        {
            case "F64":
                NumberKinds.Convert(raw, NumberKind.Float64, into);
                break;
            case "F16":
                NumberKinds.Convert(raw, NumberKind.Float16, into);
                break;
            case "BF16":
                // bfloat16 is the upper half of a float.
                Span<uint> bits = MemoryMarshal.Cast<float, uint>(into);
                TensorPrimitives.ConvertTruncating<ushort, uint>(MemoryMarshal.Cast<byte, ushort>(raw), bits);
                TensorPrimitives.ShiftLeft(bits, 16, bits);
                break;
            default:
                throw new FileFormatException(_path, $"tensor \"{entry.Name}\" is of {entry.DType}, not of floating-point numbers", "check that the file belongs to this network");
        }
    }

    private static SafetensorsHeader ReadHeader(string path, SafeFileHandle handle)
    {
        long fileLength = RandomAccess.GetLength(handle);
        Span<byte> lengthField = stackalloc byte[8];
        Fill(path, handle, 0, lengthField);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthField);
        if (length > SafetensorsHeader.LongestText || (long)length > fileLength - 8)
        {
            throw new FileFormatException(
                path, $"the header is said to have {length} bytes, but the file has {fileLength} (and a header at most {SafetensorsHeader.LongestText})", "the file is cut off or no safetensors file; copy it again");
        }

        byte[] json = new byte[length];
        Fill(path, handle, 8, json);
        return SafetensorsHeader.Parse(path, json, fileLength - 8 - json.Length);
    }

    private static void Fill(string path, SafeFileHandle handle, long offset, Span<byte> into)
    {
        for (int done = 0; done < into.Length;)
        {
            int got = RandomAccess.Read(handle, into[done..], offset + done);
            if (got == 0) throw new FileFormatException(path, $"the file ends after {offset + done} bytes", "the file is cut off; copy it again");
            done += got;
        }
    }
}
