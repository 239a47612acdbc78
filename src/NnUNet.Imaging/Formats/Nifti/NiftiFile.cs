using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Nifti;

/// <summary>An open NIfTI file (or .hdr/.img pair): its header, checked, and its voxels in file order, channel by channel.</summary>
internal sealed class NiftiFile : IDisposable
{
    private const int MostChannels = 1 << 16;
    private const double MachineEpsilon = 2.220446049250313e-16;
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private readonly string _path;
    private readonly NiftiHeader _header;
    private readonly NumberKind _kind;
    private Stream _stream;
    private long _position;

    private NiftiFile(string path, Stream stream, NiftiHeader header, long position)
    {
        _path = path;
        _stream = stream;
        _header = header;
        _position = position;
        _kind = NiftiDataTypes.Kind(path, header.DataType);
        Header = Describe();
    }

    /// <summary>Size, geometry, number type and warnings.</summary>
    public ImageHeader Header { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="FileFormatException">The header is cut off, damaged or describes no image that can be read.</exception>
    public static NiftiFile Open(string path) => Open(path, OpenContent(path));

    /// <summary>Reads the header of a file that is given as a stream.</summary>
    /// <param name="content">Its bytes: a stream that can seek, at its first byte. It is disposed with the file.</param>
    /// <param name="name">What the image is called in errors.</param>
    /// <exception cref="FileFormatException">The header is cut off, damaged, describes no image that can be read, or is one of a pair.</exception>
    public static NiftiFile Open(Stream content, string name)
    {
        NiftiFile file = Open(name, Decompressed(content));
        if (file._header.SingleFile) return file;

        file.Dispose();
        throw new FileFormatException(name, "this is the header of a pair (.hdr with .img), whose voxels lie in another file", "read a pair by its path, or give it as a single .nii or .nii.gz");
    }

    private static NiftiFile Open(string path, Stream stream)
    {
        try
        {
            byte[] bytes = new byte[NiftiHeader.Size2];
            int size = ReadSome(path, stream, bytes.AsSpan(0, 4)) < 4 ? 0 : NiftiHeader.SizeFromStart(bytes);
            if (size == 0) throw new FileFormatException(path, "the file does not begin with a NIfTI header", "check that it is a NIfTI file and not cut off");

            int got = 4 + ReadSome(path, stream, bytes.AsSpan(4, size - 4));
            if (got < size) throw new FileFormatException(path, $"the header has {size} bytes, but the file ends after {got}", CutOffRemedy);
            return new NiftiFile(path, stream, NiftiHeader.Parse(path, bytes.AsSpan(0, size)), size);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file says that its voxels lie in another one; false where it cannot be read.</summary>
    public static bool IsHeaderOfPair(string path)
    {
        try
        {
            using NiftiFile file = Open(path);
            return !file._header.SingleFile;
        }
        catch (Exception e) when (e is FileFormatException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Goes to the first voxel: checks that the promised bytes can be there, and opens the .img of a pair.</summary>
    public void BeginVoxels()
    {
        if (!_header.SingleFile)
        {
            string image = NiftiPair.ImageOf(_path) ?? throw new FileFormatException(
                _path, $"the voxels should lie in {Path.GetFileName(NiftiPair.ImageName(_path))} beside it, which is missing", "copy both files of the pair");
            _stream.Dispose();
            _stream = OpenContent(image);
            _position = 0;
        }

        CheckPromise();
        byte[] skipped = new byte[4096];
        while (_position < _header.VoxelOffset)
        {
            int wanted = (int)Math.Min(skipped.Length, _header.VoxelOffset - _position);
            int got = ReadSome(_path, _stream, skipped.AsSpan(0, wanted));
            _position += got;
            if (got < wanted) throw new FileFormatException(_path, $"the voxels begin at byte {_header.VoxelOffset}, but the content ends at byte {_position}", CutOffRemedy);
        }
    }

    /// <summary>Checks a single file's promise without reading voxels.</summary>
    public void CheckPromiseOfSingleFile()
    {
        if (_header.SingleFile) CheckPromise();
    }

    /// <summary>Reads the next channel as floats, rescaled.</summary>
    public float[] ReadFloats()
    {
        if (!MustRescale) return ReadNumbers<float>();

        double[] wide = [];
        return ReadConverted<float>((raw, into) =>
        {
            if (wide.Length < into.Length) wide = new double[into.Length];
            Span<double> part = wide.AsSpan(0, into.Length);

            // ITK turns integers into single precision first, and computes in double.
            if (_kind == NumberKind.Float64)
            {
                NumberKinds.Convert(raw, _kind, part);
            }
            else
            {
                NumberKinds.Convert(raw, _kind, into);
                TensorPrimitives.ConvertTruncating<float, double>(into, part);
            }

            Rescale(part);
            TensorPrimitives.ConvertTruncating<double, float>(part, into);
        });
    }

    /// <summary>Reads the next channel as labels, rescaled.</summary>
    public short[] ReadLabels()
    {
        if (!MustRescale && _kind is NumberKind.UInt8 or NumberKind.Int8 or NumberKind.Int16) return ReadNumbers<short>();

        double[] wide = [];
        double tolerance = MustRescale ? LabelConversion.RescaledTolerance : 0;
        NoLabels others = new();
        short[] labels = ReadConverted<short>((raw, into) =>
        {
            if (wide.Length < into.Length) wide = new double[into.Length];
            Span<double> part = wide.AsSpan(0, into.Length);
            NumberKinds.Convert(raw, _kind, part);
            if (MustRescale) Rescale(part);
            LabelConversion.FromDouble(part, tolerance, into, others);
        });
        others.ThrowIfAny(_path);
        return labels;
    }

    /// <summary>After the last voxel: lets the decompressor check its check sum.</summary>
    public void Finish()
    {
        if (_stream is not CheckedGzipStream gzip) return;
        try
        {
            gzip.CheckEnd();
        }
        catch (InvalidDataException e)
        {
            throw Damaged(_path, e);
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>As in ITK, a slope of 0 means 1, and the intercept still counts.</summary>
    private double Slope => Math.Abs(_header.Slope) < MachineEpsilon ? 1 : _header.Slope;

    private bool MustRescale => Math.Abs(Slope - 1) > MachineEpsilon || Math.Abs(_header.Intercept) > MachineEpsilon;

    private int Count => (int)Header.Extent.Count;

    /// <summary>Whether the header's numbers fit the bytes there are; compressed files are only judged by what they could hold at most.</summary>
    private void CheckPromise()
    {
        Int128 promised = ((Int128)Header.Extent.Count * Header.Channels * _kind.Size()) + _header.VoxelOffset;
        long most = KnownLength() ?? (CompressedLength() * Deflate.LargestRatio);
        if (promised <= most) return;

        string atMost = KnownLength() is null ? "can hold at most" : "has";
        throw new FileFormatException(_path, $"the header promises {promised} bytes, but the file {atMost} {most}", CutOffRemedy);
    }

    private ImageHeader Describe()
    {
        long[] dim = _header.Dim;
        int axes = (int)dim[0];
        while (axes > 3 && dim[axes] == 1) axes--;
        if (axes < 2) throw new FileFormatException(_path, "the image has one axis", "give a 2D, 3D or 4D image");

        // ITK writes the channels of a vector image along the fifth axis.
        int channelAxis = axes == 5 && dim[4] == 1 ? 5 : 4;
        if (axes > channelAxis) throw new FileFormatException(_path, $"the image has {axes} axes ({string.Join("x", dim[1..(axes + 1)])})", "give a 2D, 3D or 4D image");

        foreach (long length in dim)
        {
            if (length > int.MaxValue) throw TooLarge(dim);
        }

        Extent extent = new((int)dim[3], (int)dim[2], (int)dim[1]);
        UInt128 voxels = (UInt128)dim[1] * (UInt128)dim[2] * (UInt128)dim[3];
        if (voxels > (UInt128)Array.MaxLength) throw TooLarge(dim);

        if (dim[channelAxis] > MostChannels)
        {
            throw new FileFormatException(_path, $"the header says {dim[channelAxis]} channels, but at most {MostChannels} are read", "copy the file again, or split the image");
        }

        List<string> warnings = [];
        if (_header.HasScalingWithoutNumber) warnings.Add("scl_slope or scl_inter is not finite, so that it was taken as not set");
        ImageGeometry geometry = NiftiOrientation.Resolve(_path, _header, Math.Min(axes, 3), warnings);
        return new ImageHeader(extent, (int)dim[channelAxis], geometry, _kind.NumpyName(), warnings);
    }

    private FileFormatException TooLarge(long[] dim) => new(
        _path, $"the header says {dim[1]}x{dim[2]}x{dim[3]} voxels, but a volume has at most {Array.MaxLength}", "copy the file again, or split the image");

    private T[] ReadNumbers<T>()
        where T : unmanaged, INumberBase<T>
    {
        if (NumberKinds.Of<T>() != _kind) return ReadConverted<T>((raw, into) => NumberKinds.Convert(raw, _kind, into));

        T[] numbers = Reading(() => GrowingReader.ReadRaw<T>(_stream, Count, TrustedBytes()));
        if (_header.Swapped) NumberKinds.Swap(MemoryMarshal.AsBytes(numbers.AsSpan()), _kind.Size());
        return numbers;
    }

    private T[] ReadConverted<T>(ChunkConverter<T> convert)
        where T : unmanaged
    {
        int size = _kind.Size();
        return Reading(() => GrowingReader.Read<T>(_stream, Count, size, TrustedBytes(), (raw, into) =>
        {
            if (_header.Swapped) NumberKinds.Swap(raw, size);
            convert(raw, into);
        }));
    }

    private T[] Reading<T>(Func<T[]> read)
    {
        try
        {
            T[] result = read();
            _position += (long)result.Length * _kind.Size();
            return result;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            long promised = Header.Extent.Count * Header.Channels * _kind.Size();
            throw new FileFormatException(_path, $"the header promises {promised} bytes of voxels, but {e.Message.TrimEnd('.')}", CutOffRemedy, e);
        }
    }

    private void Rescale(Span<double> numbers)
    {
        TensorPrimitives.Multiply(numbers, Slope, numbers);
        TensorPrimitives.Add(numbers, _header.Intercept, numbers);
    }

    /// <summary>Bytes that may be allocated for before they are seen: all that an uncompressed file has, or the usual of a compressed one.</summary>
    private long TrustedBytes() => KnownLength() is { } length ? length : CompressedLength() * 8;

    private long? KnownLength() => _stream is CheckedGzipStream ? null : _stream.Length;

    private long CompressedLength() => _stream is CheckedGzipStream gzip ? gzip.CompressedLength : 0;

    private static Stream OpenContent(string path)
    {
        FileStream file = InputFile.Open(path, options: FileOptions.SequentialScan);
        try
        {
            return Decompressed(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The content, by its first bytes and not by its name: both mix-ups are common.</summary>
    private static Stream Decompressed(Stream file)
    {
        bool compressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return compressed ? new CheckedGzipStream(file) : file;
    }

    private static int ReadSome(string path, Stream stream, Span<byte> into)
    {
        try
        {
            return stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e);
        }
    }

    private static FileFormatException Damaged(string path, InvalidDataException e) =>
        new(path, $"the compressed content is damaged ({e.Message.TrimEnd('.')})", CutOffRemedy, e);
}
