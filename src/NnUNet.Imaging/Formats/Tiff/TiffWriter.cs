using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using NnUNet.Foundation.Streams;
using NnUNet.Imaging.Formats.Pictures;

namespace NnUNet.Imaging.Formats.Tiff;

/// <summary>Writes TIFF with one page a slice, deflate-compressed, as ImageJ writes stacks; BigTIFF where 4 GB may not suffice. The same volume gives the same bytes.</summary>
/// <remarks>The whole geometry stands as a line of its own in the description, which other programs pass over.</remarks>
internal static class TiffWriter
{
    private const long MostOfClassic = 0xF000_0000;
    private const int Deflate = 8;

    private enum FieldType
    {
        Ascii = 2,
        Short = 3,
        Long = 4,
        Rational = 5,
        Long8 = 16,
    }

    /// <summary>Writes labels: as uint8 where all fit, else as uint16, or int16 where some are negative.</summary>
    public static void Write(Stream into, Volume<short> labels)
    {
        if (LabelConversion.FitsByte(labels.Voxels)) Write(into, labels.Extent, labels.Geometry, NumberKind.UInt8, z => Bytes(labels.Slice(z)));
        else Write(into, labels.Extent, labels.Geometry, TensorPrimitives.Min<short>(labels.Voxels) < 0 ? NumberKind.Int16 : NumberKind.UInt16, z => LittleEndian<short>(labels.Slice(z)));
    }

    /// <summary>Writes an image as float32.</summary>
    public static void Write(Stream into, Volume<float> volume) => Write(into, volume.Extent, volume.Geometry, NumberKind.Float32, z => LittleEndian<float>(volume.Slice(z)));

    private static void Write(Stream into, Extent extent, ImageGeometry geometry, NumberKind kind, Func<int, byte[]> slice)
    {
        long most = (extent.Count * kind.Size()) + (extent.Count * kind.Size() / 1000) + (4096L * extent.Z);
        Layout layout = new(most > MostOfClassic);
        byte[] pixels = Compressed(slice(0));
        long at = layout.HeaderBytes;
        into.Write(layout.Header(at + Even(pixels.Length)));
        for (int z = 0; z < extent.Z; z++)
        {
            into.Write(pixels);
            if (pixels.Length % 2 != 0) into.WriteByte(0);
            byte[] directory = layout.Directory(Fields(extent, geometry, kind, z == 0, at, pixels.Length), at + Even(pixels.Length), out int next);
            at += Even(pixels.Length) + directory.Length;
            if (z + 1 < extent.Z)
            {
                pixels = Compressed(slice(z + 1));
                layout.SetOffset(directory.AsSpan(next), at + Even(pixels.Length));
            }

            into.Write(directory);
        }
    }

    private static long Even(long length) => length + (length % 2);

    private static List<(TiffTag Tag, FieldType Type, object Value)> Fields(Extent extent, ImageGeometry geometry, NumberKind kind, bool first, long at, long count)
    {
        List<(TiffTag, FieldType, object)> fields =
        [
            (TiffTag.Width, FieldType.Long, (long)extent.X),
            (TiffTag.Height, FieldType.Long, (long)extent.Y),
            (TiffTag.BitsPerSample, FieldType.Short, (long)(8 * kind.Size())),
            (TiffTag.Compression, FieldType.Short, (long)Deflate),
            (TiffTag.Photometric, FieldType.Short, 1L),
            (TiffTag.StripOffsets, FieldType.Long8, at),
            (TiffTag.SamplesPerPixel, FieldType.Short, 1L),
            (TiffTag.RowsPerStrip, FieldType.Long, (long)extent.Y),
            (TiffTag.StripByteCounts, FieldType.Long8, count),
            (TiffTag.ResolutionX, FieldType.Rational, geometry.ItkSpacing[0]),
            (TiffTag.ResolutionY, FieldType.Rational, geometry.ItkSpacing[1]),
            (TiffTag.PlanarConfiguration, FieldType.Short, 1L),
            (TiffTag.ResolutionUnit, FieldType.Short, 1L),
            (TiffTag.SampleFormat, FieldType.Short, kind is NumberKind.Float32 ? 3L : kind is NumberKind.Int16 ? 2L : 1L),
        ];
        if (first) fields.Insert(5, (TiffTag.Description, FieldType.Ascii, Description(extent, geometry)));
        return fields;
    }

    private static string Description(Extent extent, ImageGeometry geometry) => string.Create(
        CultureInfo.InvariantCulture, $"ImageJ=1.54f\nimages={extent.Z}\nslices={extent.Z}\nunit=mm\nspacing={geometry.ItkSpacing[2]:R}\nloop=false\n{GeometryText.Key}={GeometryText.Of(geometry)}\n");

    private static byte[] Compressed(byte[] pixels)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(pixels);
        return compressed.ToArray();
    }

    private static byte[] Bytes(ReadOnlySpan<short> labels)
    {
        byte[] bytes = new byte[labels.Length];
        TensorPrimitives.ConvertTruncating(labels, bytes.AsSpan());
        return bytes;
    }

    private static byte[] LittleEndian<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (!BitConverter.IsLittleEndian) NumberKinds.Swap(bytes, bytes.Length / values.Length);
        return bytes;
    }

    /// <summary>How headers and directories of classic TIFF and BigTIFF are laid out.</summary>
    private sealed class Layout(bool big)
    {
        public int HeaderBytes => big ? 16 : 8;

        public byte[] Header(long firstDirectory)
        {
            byte[] header = new byte[HeaderBytes];
            (big ? "II+\0\b\0\0\0"u8 : "II*\0"u8).CopyTo(header);
            SetOffset(header.AsSpan(big ? 8 : 4), firstDirectory);
            return header;
        }

        public void SetOffset(Span<byte> b, long offset)
        {
            if (big) BinaryPrimitives.WriteInt64LittleEndian(b, offset);
            else BinaryPrimitives.WriteUInt32LittleEndian(b, checked((uint)offset));
        }

        /// <summary>A directory with the values that do not fit into its entries behind it.</summary>
        /// <param name="fields">Its entries in ascending order.</param>
        /// <param name="at">Where it will lie.</param>
        /// <param name="next">Where in it the offset of the next one stands.</param>
        public byte[] Directory(List<(TiffTag Tag, FieldType Type, object Value)> fields, long at, out int next)
        {
            int countBytes = big ? 8 : 2, entryBytes = big ? 20 : 12, offsetBytes = big ? 8 : 4;
            next = countBytes + (fields.Count * entryBytes);
            using MemoryStream behind = new();
            byte[] entries = new byte[next + offsetBytes];
            if (big) BinaryPrimitives.WriteInt64LittleEndian(entries, fields.Count);
            else BinaryPrimitives.WriteUInt16LittleEndian(entries, (ushort)fields.Count);
            for (int i = 0; i < fields.Count; i++)
            {
                (TiffTag tag, FieldType type, object value) = fields[i];
                if (type == FieldType.Long8 && !big) type = FieldType.Long;
                byte[] bytes = Value(type, value);
                Span<byte> b = entries.AsSpan(countBytes + (i * entryBytes), entryBytes);
                BinaryPrimitives.WriteUInt16LittleEndian(b, (ushort)tag);
                BinaryPrimitives.WriteUInt16LittleEndian(b[2..], (ushort)type);
                SetOffset(b[4..], type == FieldType.Ascii ? bytes.Length : 1);
                Span<byte> place = b[^offsetBytes..];
                if (bytes.Length <= offsetBytes)
                {
                    bytes.CopyTo(place);
                }
                else
                {
                    SetOffset(place, at + entries.Length + behind.Length);
                    behind.Write(bytes);
                    if (bytes.Length % 2 != 0) behind.WriteByte(0);
                }
            }

            return [.. entries, .. behind.ToArray()];
        }

        private static byte[] Value(FieldType type, object value)
        {
            byte[] bytes = new byte[8];
            switch (type)
            {
                case FieldType.Ascii:
                    return [.. Encoding.UTF8.GetBytes((string)value), 0];
                case FieldType.Short:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(long)value);
                    return bytes[..2];
                case FieldType.Long:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes, checked((uint)(long)value));
                    return bytes[..4];
                case FieldType.Long8:
                    BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)value);
                    return bytes;
                default: // pixels a millimetre, as the inverse of millimetres
                    double millimetres = (double)value;
                    double scale = Math.Pow(10, Math.Clamp(Math.Floor(9 - Math.Log10(Math.Max(millimetres, 1))), 0, 9));
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes, uint.CreateSaturating(scale));
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Math.Max(1, uint.CreateSaturating(Math.Round(millimetres * scale))));
                    return bytes;
            }
        }
    }
}
