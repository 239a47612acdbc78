using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Datasets;

/// <summary>Writes a minimal four-dimensional NIfTI-1 file, as the Decathlon has for several channels.</summary>
internal static class FourDimensions
{
    public static void Write(string path, params Volume<float>[] channels)
    {
        Extent extent = channels[0].Extent;
        byte[] header = new byte[352];
        BinaryPrimitives.WriteInt32LittleEndian(header, 348);
        short[] dimensions = [4, (short)extent.X, (short)extent.Y, (short)extent.Z, (short)channels.Length, 1, 1, 1];
        MemoryMarshal.AsBytes(dimensions.AsSpan()).CopyTo(header.AsSpan(40));
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(70), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(72), 32);
        float[] spacing = [1, 1, 1, 1, 1, 1, 1, 1];
        MemoryMarshal.AsBytes(spacing.AsSpan()).CopyTo(header.AsSpan(76));
        BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(108), 352);
        "n+1\0"u8.CopyTo(header.AsSpan(344));
        using GZipStream stream = new(File.Create(path), CompressionLevel.Fastest);
        stream.Write(header);
        foreach (Volume<float> channel in channels) stream.Write(MemoryMarshal.AsBytes(channel.Voxels.AsSpan()));
    }
}
