using System.Buffers.Binary;
using System.IO.Compression;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

/// <summary>Makes NIfTI files byte by byte, in either version and byte order, so that readers are tested against something that is not our writer.</summary>
internal sealed record NiftiBytes
{
    public int Version { get; init; } = 1;

    public bool BigEndian { get; init; }

    public bool Pair { get; init; }

    public long[] Dim { get; init; } = [3, 2, 3, 4, 1, 1, 1, 1];

    public int DataType { get; init; } = 2;

    public double[] PixDim { get; init; } = [1, 1, 1, 1, 1, 1, 1, 1];

    public double VoxelOffset { get; init; } = -1;

    public double Slope { get; init; } = 1;

    public double Intercept { get; init; }

    public int Units { get; init; } = 2;

    public int QFormCode { get; init; }

    public int SFormCode { get; init; }

    public double[] Quaternion { get; init; } = [0, 0, 0];

    public double[] QOffset { get; init; } = [0, 0, 0];

    public double[] SRows { get; init; } = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

    public byte[] Voxels { get; init; } = [.. Enumerable.Range(0, 24).Select(static i => (byte)i)];

    /// <summary>Bytes of extensions between header and voxels.</summary>
    public int Extension { get; init; }

    public int HeaderSize => Version == 1 ? 348 : 540;

    public byte[] Header()
    {
        byte[] b = new byte[HeaderSize];
        double offset = VoxelOffset >= 0 ? VoxelOffset : Pair ? 0 : HeaderSize + 4 + Extension;
        if (Version == 1)
        {
            Int(b, 0, 4, 348);
            Ints(b, 40, 2, Dim);
            Int(b, 70, 2, DataType);
            Floats(b, 76, 4, PixDim);
            Floats(b, 108, 4, offset, Slope, Intercept);
            b[123] = (byte)Units;
            Int(b, 252, 2, QFormCode);
            Int(b, 254, 2, SFormCode);
            Floats(b, 256, 4, [.. Quaternion, .. QOffset, .. SRows]);
            (Pair ? "ni1\0"u8 : "n+1\0"u8).CopyTo(b.AsSpan(344));
        }
        else
        {
            Int(b, 0, 4, 540);
            (Pair ? "ni2\0\r\n\u001a\n"u8 : "n+2\0\r\n\u001a\n"u8).CopyTo(b.AsSpan(4));
            Int(b, 12, 2, DataType);
            Ints(b, 16, 8, Dim);
            Floats(b, 104, 8, PixDim);
            Int(b, 168, 8, (long)offset);
            Floats(b, 176, 8, Slope, Intercept);
            Int(b, 344, 4, QFormCode);
            Int(b, 348, 4, SFormCode);
            Floats(b, 352, 8, [.. Quaternion, .. QOffset, .. SRows]);
            Int(b, 500, 4, Units);
        }

        return b;
    }

    public byte[] File() => [.. Header(), .. new byte[4 + Extension], .. Voxels];

    public string Save(string path)
    {
        System.IO.File.WriteAllBytes(path, path.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(File()) : File());
        return path;
    }

    public static byte[] Gzip(byte[] content)
    {
        using MemoryStream memory = new();
        using (GZipStream gzip = new(memory, CompressionLevel.Fastest)) gzip.Write(content);
        return memory.ToArray();
    }

    /// <summary>The values as a file of this data type and byte order stores them.</summary>
    public static byte[] Encode(int dataType, bool bigEndian, params double[] values)
    {
        List<byte> bytes = [];
        foreach (double v in values)
        {
            byte[] one = dataType switch
            {
                2 => [(byte)v],
                256 => [(byte)(sbyte)v],
                4 => BitConverter.GetBytes((short)v),
                512 => BitConverter.GetBytes((ushort)v),
                8 => BitConverter.GetBytes((int)v),
                768 => BitConverter.GetBytes((uint)v),
                1024 => BitConverter.GetBytes((long)v),
                1280 => BitConverter.GetBytes((ulong)v),
                16 => BitConverter.GetBytes((float)v),
                64 => BitConverter.GetBytes(v),
                _ => throw new ArgumentOutOfRangeException(nameof(dataType)),
            };
            bytes.AddRange(bigEndian == BitConverter.IsLittleEndian ? one.Reverse() : one);
        }

        return [.. bytes];
    }

    private void Int(byte[] b, int at, int size, long value)
    {
        Span<byte> eight = stackalloc byte[8];
        if (BigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(eight, value);
            eight[^size..].CopyTo(b.AsSpan(at));
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, value);
            eight[..size].CopyTo(b.AsSpan(at));
        }
    }

    private void Ints(byte[] b, int at, int size, long[] values)
    {
        for (int i = 0; i < values.Length; i++) Int(b, at + (i * size), size, values[i]);
    }

    private void Floats(byte[] b, int at, int size, params double[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Int(b, at + (i * size), size, size == 4 ? BitConverter.SingleToInt32Bits((float)values[i]) : BitConverter.DoubleToInt64Bits(values[i]));
        }
    }
}
