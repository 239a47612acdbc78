using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>Writes grey PNG: 8 bits where all samples fit, else 16; the same picture gives the same bytes.</summary>
/// <remarks>A geometry that the size of pixels does not tell (origin, direction, a spacing that is no whole number of pixels a metre) stands in a text chunk, which other programs pass over.</remarks>
internal static class PngWriter
{
    private const byte Metre = 1;
    private const int MostOfChunk = 1 << 20;

    /// <summary>Writes a picture.</summary>
    /// <param name="into">Gets the bytes; it need not seek.</param>
    /// <param name="extent">Its size (z, y, x), one slice.</param>
    /// <param name="geometry">Where it lies.</param>
    /// <param name="samples">Its samples row by row.</param>
    public static void Write(Stream into, Extent extent, ImageGeometry geometry, ushort[] samples)
    {
        bool wide = Array.Exists(samples, static s => s > byte.MaxValue);
        into.Write(PngFile.Signature);

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, extent.X);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), extent.Y);
        header[8] = (byte)(wide ? 16 : 8);
        Chunk(into, "IHDR", header);

        double perMetreX = Math.Round(1000 / geometry.ItkSpacing[0]), perMetreY = Math.Round(1000 / geometry.ItkSpacing[1]);
        bool hasDensity = perMetreX is >= 1 and <= int.MaxValue && perMetreY is >= 1 and <= int.MaxValue && PixelDensity.IsMeasured(perMetreX) && PixelDensity.IsMeasured(perMetreY);
        if (geometry.ItkSpacing[0] == 1 && geometry.ItkSpacing[1] == 1) hasDensity = false; // what is taken where nothing is said
        if (hasDensity)
        {
            byte[] density = new byte[9];
            BinaryPrimitives.WriteUInt32BigEndian(density, (uint)perMetreX);
            BinaryPrimitives.WriteUInt32BigEndian(density.AsSpan(4), (uint)perMetreY);
            density[8] = Metre;
            Chunk(into, "pHYs", density);
        }

        if (geometry != (hasDensity ? PixelDensity.Geometry(perMetreX, perMetreY) : PixelDensity.Flat(1, 1))) Chunk(into, "tEXt", Encoding.Latin1.GetBytes($"{GeometryText.Key}\0{GeometryText.Of(geometry)}"));

        byte[] pixels = Compressed(extent, samples, wide);
        for (int at = 0; at < pixels.Length; at += MostOfChunk) Chunk(into, "IDAT", pixels.AsSpan(at, Math.Min(MostOfChunk, pixels.Length - at)));
        Chunk(into, "IEND", []);
    }

    /// <summary>All lines, without filter: label maps and noise gain little by one.</summary>
    private static byte[] Compressed(Extent extent, ushort[] samples, bool wide)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] line = new byte[1 + (extent.X * (wide ? 2 : 1))];
            for (int y = 0; y < extent.Y; y++)
            {
                for (int x = 0; x < extent.X; x++)
                {
                    ushort sample = samples[(y * extent.X) + x];
                    if (wide) BinaryPrimitives.WriteUInt16BigEndian(line.AsSpan(1 + (2 * x)), sample);
                    else line[1 + x] = (byte)sample;
                }

                zlib.Write(line);
            }
        }

        return compressed.ToArray();
    }

    private static void Chunk(Stream into, string type, ReadOnlySpan<byte> content)
    {
        byte[] bytes = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(bytes, content.Length);
        Encoding.Latin1.GetBytes(type, bytes.AsSpan(4));
        content.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(content.Length + 8), CheckedZipStream.Crc32(bytes.AsSpan(4, content.Length + 4)));
        into.Write(bytes);
    }
}
