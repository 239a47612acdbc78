using System.IO.MemoryMappedFiles;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Files.Numpy;

/// <summary>An npy array mapped into memory: parts of it are read on demand, from any thread.</summary>
/// <typeparam name="T">The stored type.</typeparam>
/// <remarks>Dispose it before the file is replaced: Windows refuses otherwise.</remarks>
public sealed class NpyMap<T> : IDisposable
    where T : unmanaged
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long[] _shape;
    private readonly int _dataOffset;

    /// <summary>Maps a file.</summary>
    /// <exception cref="FileFormatException">The file stores another type or axis order, or is cut off.</exception>
    internal NpyMap(string path)
    {
        FileStream file = NpyFile.Open(path);
        try
        {
            NpyHeader header = NpyHeaderFormat.Read(path, file);
            if (header.Kind != NumberKinds.Of<T>() || header.Swapped)
            {
                throw new FileFormatException(path, $"the file stores {header.DType}, but {typeof(T).Name} of this machine's byte order is needed", "convert it");
            }

            if (header.FortranOrder && header.Shape.Count(static n => n > 1) > 1)
            {
                throw new FileFormatException(path, "the file is in Fortran order and cannot be mapped", "save it in C order");
            }

            long there = file.Length - header.DataOffset;
            if (there < header.ByteCount) throw NpyReader.CutOff(path, header, there);

            _shape = header.Shape.ToArray();
            _dataOffset = header.DataOffset;
            Count = header.Count;
            _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>Length of each axis, slowest first.</summary>
    public IReadOnlyList<long> Shape => _shape;

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Copies elements out of the file; may be called from several threads at once.</summary>
    /// <param name="firstElement">Index of the first one in C order.</param>
    /// <param name="into">Receives as many as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the array.</exception>
    /// <exception cref="ObjectDisposedException">The map is closed.</exception>
    public unsafe void Read(long firstElement, Span<T> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstElement, Count - into.Length);
        if (into.IsEmpty) return;

        // The handle is counted up for the copy, so that a concurrent Dispose cannot take the memory away.
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(_view.PointerOffset + _dataOffset + (firstElement * sizeof(T))), into);
    }

    /// <summary>Closes the map.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
