namespace NnUNet.Files.Numpy;

/// <summary>One named array that goes into an npz file.</summary>
public sealed class NpzEntry
{
    private NpzEntry(string name, byte[] head, Action<Stream> writeNumbers)
    {
        Name = name;
        Head = head;
        WriteNumbers = writeNumbers;
    }

    /// <summary>The key under which numpy finds it, without <c>.npy</c>.</summary>
    public string Name { get; }

    internal byte[] Head { get; }

    internal Action<Stream> WriteNumbers { get; }

    /// <summary>An array in C order.</summary>
    /// <exception cref="ArgumentException">The data do not fill the shape, or numpy has no such type.</exception>
    public static NpzEntry From<T>(string name, ReadOnlyMemory<T> data, params long[] shape)
        where T : unmanaged => new(name, NpyFile.Head<T>(name, shape, data.Length), stream => NpyFile.WriteNumbers(stream, data.Span));

    /// <summary>An array in C order whose numbers come in parts, such as one per class.</summary>
    /// <exception cref="ArgumentException">Numpy has no such type; on writing, that the parts do not fill the shape.</exception>
    public static NpzEntry FromParts<T>(string name, long[] shape, IEnumerable<ReadOnlyMemory<T>> parts)
        where T : unmanaged
    {
        long count = NpyHeaderFormat.Count(name, shape);
        return new NpzEntry(name, NpyFile.Head<T>(name, shape, null), stream =>
        {
            long written = 0;
            foreach (ReadOnlyMemory<T> part in parts)
            {
                NpyFile.WriteNumbers(stream, part.Span);
                written += part.Length;
            }

            if (written != count) throw new ArgumentException($"{written} numbers do not fill the shape ({string.Join(", ", shape)}) of {name}", nameof(parts));
        });
    }
}
