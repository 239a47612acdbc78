using System.Numerics;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Reads the voxels that a layout describes, once.</summary>
internal sealed class VoxelReader(string path, VoxelLayout layout, Stream opening) : IDisposable
{
    private readonly VoxelContent _content = new(path, layout, opening);

    /// <summary>Checks whether the file that opens the image can hold the voxels; says nothing where they lie in others.</summary>
    /// <exception cref="FileFormatException">It cannot.</exception>
    public void CheckPromise() => _content.CheckPromise();

    /// <summary>Every channel as floats.</summary>
    /// <exception cref="FileFormatException">A file is missing, cut off or damaged.</exception>
    public float[][] ReadFloats() => Read<float>((raw, into) => NumberKinds.Convert(raw, layout.Kind, into));

    /// <summary>Every channel as labels.</summary>
    /// <exception cref="FileFormatException">A file is missing, cut off or damaged, or a voxel is no label.</exception>
    public short[][] ReadLabels()
    {
        NoLabels others = new();
        short[][] labels = Read(LabelConversion.From(layout.Kind, others));
        others.ThrowIfAny(path);
        return labels;
    }

    public void Dispose() => _content.Dispose();

    private T[][] Read<T>(ChunkConverter<T> convert)
        where T : unmanaged, INumberBase<T>
    {
        int voxels = (int)layout.Extent.Count, size = layout.Kind.Size();
        void Chunk(Span<byte> raw, Span<T> into)
        {
            if (layout.Swapped) NumberKinds.Swap(raw, size);
            convert(raw, into);
        }

        try
        {
            T[][] channels;
            long trusted = _content.TrustedBytes;
            if (layout.Inner == voxels || layout.Channels == 1)
            {
                channels = new T[layout.Channels][];
                for (int c = 0; c < channels.Length; c++) channels[c] = GrowingReader.Read<T>(_content, voxels, size, trusted / layout.Channels, Chunk);
            }
            else
            {
                channels = Divided(GrowingReader.Read<T>(_content, (int)layout.Count, size, trusted, Chunk));
            }

            _content.FinishPart();
            return channels;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new FileFormatException(
                path, $"the header promises {layout.Count * size} bytes of voxels, but {e.Message.TrimEnd('.')}", "the file is cut off or damaged; copy it again", e);
        }
    }

    /// <summary>The channels of numbers in which they take turns.</summary>
    private T[][] Divided<T>(T[] numbers)
    {
        int voxels = (int)layout.Extent.Count, inner = layout.Inner;
        T[][] channels = new T[layout.Channels][];
        for (int c = 0; c < channels.Length; c++)
        {
            T[] channel = GC.AllocateUninitializedArray<T>(voxels);
            for (int outer = 0; outer < voxels; outer += inner)
            {
                int from = (outer * channels.Length) + (c * inner);
                if (inner == 1) channel[outer] = numbers[from];
                else numbers.AsSpan(from, inner).CopyTo(channel.AsSpan(outer));
            }

            channels[c] = channel;
        }

        return channels;
    }
}
