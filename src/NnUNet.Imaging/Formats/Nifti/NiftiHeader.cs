using System.Buffers.Binary;
using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>The fields of a NIfTI-1 or NIfTI-2 header that matter, in file order (x, y, z, t, …), with bad values put right as ITK does.</summary>
/// <remarks>Facts: nifti1.h and nifti2.h; corrections as in niftilib, which ITK reads with.</remarks>
internal sealed record NiftiHeader
{
    public const int Size1 = 348;
    public const int Size2 = 540;

    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>Whether header and voxels are in the other byte order than this machine's.</summary>
    public required bool Swapped { get; init; }

    /// <summary>Whether the voxels follow in the same file (.nii) or lie in an .img beside.</summary>
    public required bool SingleFile { get; init; }

    /// <summary>Number of axes, then the length of each: 8 values, those beyond the number of axes are 1.</summary>
    public required long[] Dim { get; init; }

    public required int DataType { get; init; }

    /// <summary>qfac, then the distance along each axis: 8 values.</summary>
    public required double[] PixDim { get; init; }

    /// <summary>Axes (1 for x) whose distance was no length, so that 1 was taken.</summary>
    public IReadOnlyList<int> AxesWithoutLength { get; init; } = [];

    public required long VoxelOffset { get; init; }

    public required double Slope { get; init; }

    /// <summary>Whether slope or intercept are not finite, so that none was taken.</summary>
    public required bool HasScalingWithoutNumber { get; init; }

    public required double Intercept { get; init; }

    public required int Units { get; init; }

    public required int IntentCode { get; init; }

    public required int QFormCode { get; init; }

    public required int SFormCode { get; init; }

    /// <summary>Quaternion b, c, d.</summary>
    public required double[] Quaternion { get; init; }

    /// <summary>Offset x, y, z of the quaternion's transform.</summary>
    public required double[] QOffset { get; init; }

    /// <summary>The rows of the affine transform, 3 times 4 values.</summary>
    public required double[] SRows { get; init; }

    /// <summary>The size of the header that these first four bytes announce, or 0.</summary>
    public static int SizeFromStart(ReadOnlySpan<byte> start)
    {
        int size = BinaryPrimitives.ReadInt32LittleEndian(start);
        if (size is Size1 or Size2) return size;
        size = BinaryPrimitives.ReverseEndianness(size);
        return size is Size1 or Size2 ? size : 0;
    }

    /// <summary>Whether content begins with a header of either version and its magic.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.Length >= Size1 && SizeFromStart(start) switch
    {
        Size1 => start[344..348].SequenceEqual("n+1\0"u8) || start[344..348].SequenceEqual("ni1\0"u8),
        Size2 => start[4..7].SequenceEqual("n+2"u8) || start[4..7].SequenceEqual("ni2"u8),
        _ => false,
    };

    /// <summary>Reads a header of <see cref="Size1"/> or <see cref="Size2"/> bytes.</summary>
    /// <exception cref="FileFormatException">The fields make no image.</exception>
    public static NiftiHeader Parse(string path, ReadOnlySpan<byte> bytes)
    {
        bool bigEndian = BinaryPrimitives.ReadInt32LittleEndian(bytes) != bytes.Length;
        Fields fields = new(bytes, bigEndian);
        NiftiHeader header = bytes.Length == Size1 ? Parse1(path, fields) : Parse2(path, fields);
        return header with
        {
            Dim = CheckedDim(path, header.Dim),
            PixDim = CorrectedPixDim(header),
            AxesWithoutLength = [.. Enumerable.Range(1, (int)Math.Clamp(header.Dim[0], 0, 3)).Where(axis => IsNoLength(header.PixDim[axis]))],
        };
    }

    private static NiftiHeader Parse1(string path, Fields f)
    {
        bool single = f.Magic(344, "n+1\0"u8);
        if (!single && !f.Magic(344, "ni1\0"u8))
        {
            throw new FileFormatException(
                path, "the header has no NIfTI magic (an Analyze 7.5 file, perhaps)", "convert it to .nii.gz with a tool that knows where the image came from");
        }

        return new NiftiHeader
        {
            Version = 1,
            Swapped = f.BigEndian == BitConverter.IsLittleEndian,
            SingleFile = single,
            Dim = f.Many(40, 2, 8, static (in x, at) => (long)x.Int16(at)),
            IntentCode = f.Int16(68),
            DataType = f.Int16(70),
            PixDim = f.Many(76, 4, 8, static (in x, at) => (double)x.Single(at)),
            VoxelOffset = Offset(path, f.Single(108), single, Size1 + 4),
            Slope = Finite(f.Single(112)),
            Intercept = Finite(f.Single(116)),
            HasScalingWithoutNumber = !float.IsFinite(f.Single(112)) || !float.IsFinite(f.Single(116)),
            Units = f.Byte(123),
            QFormCode = f.Int16(252),
            SFormCode = f.Int16(254),
            Quaternion = f.Many(256, 4, 3, static (in x, at) => Finite(x.Single(at))),
            QOffset = f.Many(268, 4, 3, static (in x, at) => Finite(x.Single(at))),
            SRows = f.Many(280, 4, 12, static (in x, at) => (double)x.Single(at)),
        };
    }

    private static NiftiHeader Parse2(string path, Fields f)
    {
        bool single = f.Magic(4, "n+2\0\r\n\u001a\n"u8);
        if (!single && !f.Magic(4, "ni2\0\r\n\u001a\n"u8))
        {
            throw new FileFormatException(path, "the NIfTI-2 magic is damaged (a transfer in text mode, perhaps)", "copy the file again");
        }

        return new NiftiHeader
        {
            Version = 2,
            Swapped = f.BigEndian == BitConverter.IsLittleEndian,
            SingleFile = single,
            DataType = f.Int16(12),
            Dim = f.Many(16, 8, 8, static (in x, at) => x.Int64(at)),
            PixDim = f.Many(104, 8, 8, static (in x, at) => x.Double(at)),
            VoxelOffset = Offset(path, f.Int64(168), single, Size2 + 4),
            Slope = Finite(f.Double(176)),
            Intercept = Finite(f.Double(184)),
            HasScalingWithoutNumber = !double.IsFinite(f.Double(176)) || !double.IsFinite(f.Double(184)),
            QFormCode = f.Int32(344),
            SFormCode = f.Int32(348),
            Quaternion = f.Many(352, 8, 3, static (in x, at) => Finite(x.Double(at))),
            QOffset = f.Many(376, 8, 3, static (in x, at) => Finite(x.Double(at))),
            SRows = f.Many(400, 8, 12, static (in x, at) => x.Double(at)),
            Units = f.Int32(500),
            IntentCode = f.Int32(504),
        };
    }

    private static long[] CheckedDim(string path, long[] dim)
    {
        if (dim[0] is < 1 or > 7) throw new FileFormatException(path, $"the header says {dim[0]} axes, but an image has 1 to 7", "copy or export the file again");
        if (dim[1] <= 0) throw new FileFormatException(path, $"the first axis has {dim[1]} voxels", "copy or export the file again");

        long[] result = [dim[0], dim[1], 1, 1, 1, 1, 1, 1];
        for (int i = 2; i <= dim[0]; i++) result[i] = Math.Max(dim[i], 1);
        return result;
    }

    private static double[] CorrectedPixDim(NiftiHeader header)
    {
        double[] result = [.. header.PixDim];
        for (int i = 1; i <= header.Dim[0]; i++)
        {
            if (IsNoLength(result[i])) result[i] = 1;
        }

        for (int i = (int)header.Dim[0] + 1; i < result.Length; i++) result[i] = double.IsFinite(result[i]) ? result[i] : 0;
        return result;
    }

    private static long Offset(string path, double offset, bool single, int least)
    {
        if (!(offset is >= 0 and < 1L << 53))
        {
            throw new FileFormatException(
                path, string.Create(CultureInfo.InvariantCulture, $"the voxels are said to begin at byte {offset:R}"), "copy or export the file again");
        }

        // A smaller offset than the header's own end can only mean "not set".
        return single && offset < least - 4 ? least : (long)offset;
    }

    private static bool IsNoLength(double pixdim) => pixdim == 0 || !double.IsFinite(pixdim);

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    /// <summary>Numbers at byte offsets, in the file's byte order.</summary>
    private readonly ref struct Fields(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public delegate T Getter<T>(in Fields fields, int at);

        public bool BigEndian { get; } = bigEndian;

        public bool Magic(int at, ReadOnlySpan<byte> expected) => _bytes.Slice(at, expected.Length).SequenceEqual(expected);

        public int Byte(int at) => _bytes[at];

        public short Int16(int at) => BigEndian ? BinaryPrimitives.ReadInt16BigEndian(_bytes[at..]) : BinaryPrimitives.ReadInt16LittleEndian(_bytes[at..]);

        public int Int32(int at) => BigEndian ? BinaryPrimitives.ReadInt32BigEndian(_bytes[at..]) : BinaryPrimitives.ReadInt32LittleEndian(_bytes[at..]);

        public long Int64(int at) => BigEndian ? BinaryPrimitives.ReadInt64BigEndian(_bytes[at..]) : BinaryPrimitives.ReadInt64LittleEndian(_bytes[at..]);

        public float Single(int at) => BitConverter.Int32BitsToSingle(Int32(at));

        public double Double(int at) => BitConverter.Int64BitsToDouble(Int64(at));

        public T[] Many<T>(int at, int step, int count, Getter<T> get)
        {
            T[] result = new T[count];
            for (int i = 0; i < count; i++) result[i] = get(this, at + (i * step));
            return result;
        }
    }
}
