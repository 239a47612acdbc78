using System.IO.Compression;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>The voxels of a volume as bytes that are written: labels as uint8 where all fit, else int16; images as float32; the low byte first.</summary>
/// <param name="Kind">The number type.</param>
/// <param name="Write">Writes all of them.</param>
internal sealed record VoxelBytes(NumberKind Kind, Action<Stream> Write)
{
    private const int GzipOperatingSystemByte = 9;
    private const byte UnknownOperatingSystem = 255;
    private const int Step = 1 << 18;

    /// <summary>What a compressor should spend: images hardly become smaller.</summary>
    public CompressionLevel Level => Kind == NumberKind.Float32 ? CompressionLevel.Fastest : CompressionLevel.Optimal;

    /// <summary>The bytes of labels.</summary>
    public static VoxelBytes Of(Volume<short> labels) => LabelConversion.FitsByte(labels.Voxels)
        ? new VoxelBytes(NumberKind.UInt8, stream => WriteBytes(stream, labels.Voxels))
        : new VoxelBytes(NumberKind.Int16, stream => WriteLittleEndian<short>(stream, labels.Voxels));

    /// <summary>The bytes of an image.</summary>
    public static VoxelBytes Of(Volume<float> volume) => new(NumberKind.Float32, stream => WriteLittleEndian<float>(stream, volume.Voxels));

    /// <summary>Compresses what is written, by gzip without time and operating system: the same content gives the same bytes.</summary>
    public static void Gzip(Stream into, CompressionLevel level, Action<Stream> write)
    {
        using OneByteReplaced same = new(into, GzipOperatingSystemByte, UnknownOperatingSystem);
        using GZipStream gzip = new(same, level, leaveOpen: true);
        write(gzip);
    }

    private static void WriteBytes(Stream stream, ReadOnlySpan<short> labels)
    {
        byte[] buffer = new byte[Math.Min(labels.Length, Step)];
        for (int done = 0; done < labels.Length; done += buffer.Length)
        {
            ReadOnlySpan<short> part = labels.Slice(done, Math.Min(buffer.Length, labels.Length - done));
            TensorPrimitives.ConvertTruncating(part, buffer.AsSpan(0, part.Length));
            stream.Write(buffer.AsSpan(0, part.Length));
        }
    }

    private static void WriteLittleEndian<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (int done = 0; done < values.Length; done += Step)
        {
            ReadOnlySpan<byte> part = MemoryMarshal.AsBytes(values.Slice(done, Math.Min(Step, values.Length - done)));
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(part);
            }
            else
            {
                byte[] swapped = part.ToArray();
                NumberKinds.Swap(swapped, part.Length / Math.Min(Step, values.Length - done));
                stream.Write(swapped);
            }
        }
    }
}
