using System.Buffers.Binary;
using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Voxels;

namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>Writes NIfTI, single files and pairs: NIfTI-1, or NIfTI-2 where an axis is longer than 32767; little-endian, qform and sform alike.</summary>
/// <remarks>The same volume gives the same bytes: the gzip header carries neither time nor operating system.</remarks>
internal static class NiftiWriter
{
    private const int ScannerAnatomical = 1;
    private const int MillimetresAndSeconds = 2 | 8;

    public static void WriteLabels(string path, Volume<short> labels) => Write(path, Content.Of(labels));

    /// <summary>Writes labels with their names in an extension of the header; a pair has no room for one and gets none.</summary>
    public static void WriteLabels(string path, Volume<short> labels, IReadOnlyDictionary<int, string> names) =>
        Write(path, Content.Of(labels) with { Extension = NiftiLabelNames.Extension(names) });

    public static void WriteVolume(string path, Volume<float> volume) => Write(path, Content.Of(volume));

    /// <summary>Writes a single file into a stream, compressed where the ending is one of compressed files.</summary>
    public static void WriteLabels(Stream into, string ending, Volume<short> labels) => Write(into, ending, Content.Of(labels));

    /// <inheritdoc cref="WriteLabels(Stream, string, Volume{short})"/>
    public static void WriteVolume(Stream into, string ending, Volume<float> volume) => Write(into, ending, Content.Of(volume));

    /// <summary>The header with the four bytes that say "no extensions", ready to be followed by the voxels.</summary>
    internal static byte[] Header(Extent extent, ImageGeometry geometry, NumberKind kind)
    {
        bool flat = geometry.Dimensions == 2 && extent.Z == 1;
        long[] dim = [flat ? 2 : 3, extent.X, extent.Y, extent.Z, 1, 1, 1, 1];
        NiftiPlacement placement = NiftiPlacement.From(geometry, flat);
        double[] pixdim = [placement.QFac, geometry.ItkSpacing[0], geometry.ItkSpacing[1], flat ? 1 : geometry.ItkSpacing[2], 1, 1, 1, 1];
        return dim.Max() <= short.MaxValue ? Header1(dim, pixdim, placement, kind) : Header2(dim, pixdim, placement, kind);
    }

    private static byte[] Header1(long[] dim, double[] pixdim, NiftiPlacement placement, NumberKind kind)
    {
        byte[] bytes = new byte[NiftiHeader.Size1 + 4];
        Span<byte> b = bytes;
        BinaryPrimitives.WriteInt32LittleEndian(b, NiftiHeader.Size1);
        for (int i = 0; i < 8; i++) BinaryPrimitives.WriteInt16LittleEndian(b[(40 + (2 * i))..], (short)dim[i]);
        BinaryPrimitives.WriteInt16LittleEndian(b[70..], NiftiDataTypes.Code(kind));
        BinaryPrimitives.WriteInt16LittleEndian(b[72..], (short)(8 * kind.Size()));
        Singles(b[76..], pixdim);
        Singles(b[108..], [bytes.Length, 1, 0]);
        b[123] = MillimetresAndSeconds;
        BinaryPrimitives.WriteInt16LittleEndian(b[252..], ScannerAnatomical);
        BinaryPrimitives.WriteInt16LittleEndian(b[254..], ScannerAnatomical);
        Singles(b[256..], [.. placement.Quaternion, .. placement.Offset]);
        Singles(b[280..], placement.Rows);
        "n+1\0"u8.CopyTo(b[344..]);
        return bytes;
    }

    private static byte[] Header2(long[] dim, double[] pixdim, NiftiPlacement placement, NumberKind kind)
    {
        byte[] bytes = new byte[NiftiHeader.Size2 + 4];
        Span<byte> b = bytes;
        BinaryPrimitives.WriteInt32LittleEndian(b, NiftiHeader.Size2);
        "n+2\0\r\n\u001a\n"u8.CopyTo(b[4..]);
        BinaryPrimitives.WriteInt16LittleEndian(b[12..], NiftiDataTypes.Code(kind));
        BinaryPrimitives.WriteInt16LittleEndian(b[14..], (short)(8 * kind.Size()));
        for (int i = 0; i < 8; i++) BinaryPrimitives.WriteInt64LittleEndian(b[(16 + (8 * i))..], dim[i]);
        Doubles(b[104..], pixdim);
        BinaryPrimitives.WriteInt64LittleEndian(b[168..], bytes.Length);
        Doubles(b[176..], [1, 0]);
        BinaryPrimitives.WriteInt32LittleEndian(b[344..], ScannerAnatomical);
        BinaryPrimitives.WriteInt32LittleEndian(b[348..], ScannerAnatomical);
        Doubles(b[352..], [.. placement.Quaternion, .. placement.Offset]);
        Doubles(b[400..], placement.Rows);
        BinaryPrimitives.WriteInt32LittleEndian(b[500..], MillimetresAndSeconds);
        return bytes;
    }

    private static void Write(Stream into, string ending, Content content)
    {
        if (NiftiPair.IsHeader(ending))
        {
            throw new FileFormatException(ending, "a pair (.hdr with .img) has two files, and a stream is one", "write .nii or .nii.gz, or write the pair to a path");
        }

        byte[] header = content.Header(ending);
        Compressed(into, ending, content.Voxels.Level, file =>
        {
            file.Write(WithExtension(header, content.Extension));
            content.Voxels.Write(file);
        });
    }

    private static void Write(string path, Content content)
    {
        byte[] header = content.Header(path);
        if (!NiftiPair.IsHeader(path))
        {
            AtomicFile.Write(path, stream => Compressed(stream, path, content.Voxels.Level, file =>
            {
                file.Write(WithExtension(header, content.Extension));
                content.Voxels.Write(file);
            }));
            return;
        }

        // The header comes last: without it the voxels are not taken for an image.
        string image = NiftiPair.ImageName(path);
        AtomicFile.Write(image, stream => Compressed(stream, image, content.Voxels.Level, content.Voxels.Write));
        AtomicFile.Write(path, stream => Compressed(stream, path, content.Voxels.Level, file => file.Write(OfPair(header))));
        foreach (string other in NiftiPair.ImagesOf(path).Where(other => !other.Equals(image, StringComparison.OrdinalIgnoreCase)).ToArray()) File.Delete(other);
    }

    /// <summary>The header of a single file with an extension between it and the voxels; the header itself without one.</summary>
    private static byte[] WithExtension(byte[] header, byte[] extension)
    {
        if (extension.Length == 0) return header;
        byte[] both = [.. header, .. extension];
        both[header.Length - 4] = 1; // extensions follow
        if (header.Length == NiftiHeader.Size1 + 4) Singles(both.AsSpan(108), [both.Length]);
        else BinaryPrimitives.WriteInt64LittleEndian(both.AsSpan(168), both.Length);
        return both;
    }

    /// <summary>The header of a pair, made of that of a single file: another magic, voxels from the other file's first byte on, no room for extensions.</summary>
    private static byte[] OfPair(byte[] header)
    {
        Span<byte> b = header;
        if (header.Length == NiftiHeader.Size1 + 4)
        {
            Singles(b[108..], [0]);
            "ni1\0"u8.CopyTo(b[344..]);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(b[168..], 0);
            "ni2\0"u8.CopyTo(b[4..]);
        }

        return header[..^4];
    }

    /// <summary>Writes content, compressed where the name says so.</summary>
    private static void Compressed(Stream into, string name, CompressionLevel level, Action<Stream> write)
    {
        if (!name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            write(into);
            return;
        }

        VoxelBytes.Gzip(into, level, write);
    }

    private static void Singles(Span<byte> into, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(into[(4 * i)..], (float)values[i]);
    }

    private static void Doubles(Span<byte> into, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(into[(8 * i)..], values[i]);
    }

    /// <summary>What is written: the header's facts and the voxels.</summary>
    private sealed record Content(Extent Extent, ImageGeometry Geometry, VoxelBytes Voxels)
    {
        /// <summary>Extensions of the header, each with its size and kind before it; none where it is empty.</summary>
        public byte[] Extension { get; init; } = [];

        public static Content Of(Volume<short> labels) => new(labels.Extent, labels.Geometry, VoxelBytes.Of(labels));

        public static Content Of(Volume<float> volume) => new(volume.Extent, volume.Geometry, VoxelBytes.Of(volume));

        /// <summary>The header of a single file.</summary>
        /// <param name="name">What the image is called in errors.</param>
        public byte[] Header(string name)
        {
            WorldGeometry.CheckWritten(name, Geometry);
            return NiftiWriter.Header(Extent, Geometry, Voxels.Kind);
        }
    }
}
