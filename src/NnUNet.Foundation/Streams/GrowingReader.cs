using System.Buffers;
using System.Runtime.InteropServices;

namespace NnUNet.Foundation.Streams;

/// <summary>Converts a chunk of stored bytes to elements.</summary>
internal delegate void ChunkConverter<T>(Span<byte> raw, Span<T> into);

/// <summary>
/// Reads arrays whose length an untrusted header promised: the array grows with the bytes that really come, so that a small
/// hostile file never causes a large allocation.
/// </summary>
internal static class GrowingReader
{
    private const int ChunkBytes = 1 << 18;
    private const int FirstElements = 1 << 20;

    /// <summary>Reads <paramref name="count"/> elements.</summary>
    /// <param name="stream">Where the bytes come from.</param>
    /// <param name="count">Elements that the header promised.</param>
    /// <param name="rawSize">Bytes that the file uses for one element.</param>
    /// <param name="trustedBytes">Stored bytes that are known to be there; only these are allocated for at once.</param>
    /// <param name="convert">Converts a chunk.</param>
    /// <exception cref="EndOfStreamException">The content ended before; the message says after how many elements.</exception>
    public static T[] Read<T>(Stream stream, int count, int rawSize, long trustedBytes, ChunkConverter<T> convert)
        where T : unmanaged
    {
        int capacity = (int)Math.Min(count, Math.Max(FirstElements, trustedBytes / rawSize));
        T[] result = GC.AllocateUninitializedArray<T>(capacity);
        int perChunk = ChunkBytes / rawSize;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int done = 0;
            while (done < count)
            {
                int wanted = Math.Min(perChunk, count - done);
                Span<byte> raw = buffer.AsSpan(0, wanted * rawSize);
                ReadExactly(stream, raw, done, rawSize);
                if (done + wanted > result.Length) result = Grown(result, done, count);
                convert(raw, result.AsSpan(done, wanted));
                done += wanted;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return result;
    }

    /// <summary>Reads <paramref name="count"/> elements that the file stores exactly as memory holds them, straight into the array.</summary>
    /// <param name="stream">Where the bytes come from.</param>
    /// <param name="count">Elements that the header promised.</param>
    /// <param name="trustedBytes">Stored bytes that are known to be there; only these are allocated for at once.</param>
    /// <exception cref="EndOfStreamException">The content ended before; the message says after how many elements.</exception>
    public static unsafe T[] ReadRaw<T>(Stream stream, int count, long trustedBytes)
        where T : unmanaged
    {
        int capacity = (int)Math.Min(count, Math.Max(FirstElements, trustedBytes / sizeof(T)));
        T[] result = GC.AllocateUninitializedArray<T>(capacity);
        const int Step = 1 << 22;
        int done = 0;
        while (done < count)
        {
            if (done == result.Length) result = Grown(result, done, count);
            int wanted = Math.Min(Step, result.Length - done);
            ReadExactly(stream, MemoryMarshal.AsBytes(result.AsSpan(done, wanted)), done, sizeof(T));
            done += wanted;
        }

        return result;
    }

    private static T[] Grown<T>(T[] full, int used, int count)
    {
        T[] larger = GC.AllocateUninitializedArray<T>((int)Math.Min(count, full.Length * 4L));
        full.AsSpan(0, used).CopyTo(larger);
        return larger;
    }

    private static void ReadExactly(Stream stream, Span<byte> raw, int elementsBefore, int rawSize)
    {
        int got = stream.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
        if (got < raw.Length) throw new EndOfStreamException($"the content ends after {(elementsBefore * (long)rawSize) + got} bytes");
    }
}
