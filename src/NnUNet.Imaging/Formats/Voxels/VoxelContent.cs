using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>The numbers of an image as one stream of bytes, decoded and one file after the other, each opened when its turn comes and checked for what it can hold.</summary>
internal sealed class VoxelContent(string path, VoxelLayout layout, Stream opening) : Stream
{
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private Stream? _file;
    private Stream? _part;
    private int _next;
    private long _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes that may be allocated for before they are seen: what uncompressed files have, the usual of compressed ones.</summary>
    public long TrustedBytes
    {
        get
        {
            long stored = layout.Files?.Sum(static f => File.Exists(f) ? new FileInfo(f).Length : 0) ?? opening.Length;
            return layout.Encoding is VoxelEncoding.Gzip or VoxelEncoding.Zlib ? stored * 8 : stored;
        }
    }

    /// <summary>Checks whether the file that opens the image can hold the voxels, without reading them; says nothing where they lie in others.</summary>
    /// <exception cref="FileFormatException">It cannot.</exception>
    public void CheckPromise()
    {
        if (layout.Files is null) Begin(opening, path);
    }

    /// <summary>After the last voxel: lets the decompressor check its check sum.</summary>
    /// <exception cref="InvalidDataException">It is wrong or cut off.</exception>
    public void FinishPart()
    {
        if (_part is CheckedGzipStream gzip) gzip.CheckEnd();
        else if (_part is CheckedZlibStream zlib) zlib.CheckEnd();
        if (_part != opening) _part?.Dispose();
        if (_file != opening) _file?.Dispose();
        (_part, _file) = (null, null);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (_part is null || _left == 0)
        {
            FinishPart();
            if (_next == layout.Parts) return 0;
            OpenNext();
        }

        int got = _part.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _part?.Dispose();
            _file?.Dispose();
            opening.Dispose();
        }

        base.Dispose(disposing);
    }

    private void OpenNext()
    {
        string name = layout.Files?[_next] ?? path;
        if (layout.Files is not null && !File.Exists(name))
        {
            throw new FileFormatException(path, $"the voxels should lie in {Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(path))!, name)}, which is missing", "copy all files of the image");
        }

        _next++;
        _file = layout.Files is null ? opening : InputFile.Open(name, options: FileOptions.SequentialScan);
        long stored = Begin(_file, name);
        bool coded = layout.Encoding is VoxelEncoding.Gzip or VoxelEncoding.Zlib;
        if (!coded) Skip(_file, layout.ByteSkip, name);
        _part = layout.Encoding switch
        {
            VoxelEncoding.Gzip => new CheckedGzipStream(_file),
            VoxelEncoding.Zlib => IsGzip(_file) ? new CheckedGzipStream(_file) : new CheckedZlibStream(_file, stored),
            VoxelEncoding.Text => new TextNumberStream(_file, layout.Kind),
            VoxelEncoding.Hex => new HexStream(_file),
            _ => _file,
        };
        if (coded) Skip(_part, layout.ByteSkip, name);
        _left = layout.PartBytes;
    }

    /// <summary>Goes to the first stored byte of the voxels.</summary>
    /// <returns>The stored bytes from there on.</returns>
    private long Begin(Stream file, string name)
    {
        Int128 start = layout.FromEnd is { } behind ? (Int128)file.Length - behind - layout.PartBytes : layout.Start;
        if (start < 0) throw new FileFormatException(name, $"the header promises {layout.PartBytes} bytes before the last {layout.FromEnd}, but the file has {file.Length}", CutOffRemedy);
        if (start > file.Length) throw new FileFormatException(name, $"the voxels begin at byte {start}, but the file has {file.Length}", CutOffRemedy);
        file.Position = (long)start;
        SkipLines(file, name);
        long there = file.Length - file.Position;
        long stored = layout.StoredLength ?? there;
        if (stored > there) throw new FileFormatException(name, $"the header promises {stored} compressed bytes, but the file has {there}", CutOffRemedy);

        Int128 promised = (Int128)layout.PartBytes + layout.ByteSkip;
        Int128 most = layout.Encoding switch
        {
            VoxelEncoding.Gzip or VoxelEncoding.Zlib => (Int128)stored * Deflate.LargestRatio,
            VoxelEncoding.Text => ((Int128)stored + 1) / 2 * layout.Kind.Size(),
            VoxelEncoding.Hex => stored / 2,
            _ => stored,
        };
        if (promised <= most) return stored;
        string atMost = layout.Encoding == VoxelEncoding.Raw ? "has" : "can hold at most";
        throw new FileFormatException(name, $"the header promises {promised} bytes of voxels, but the file {atMost} {most}", CutOffRemedy);
    }

    private void SkipLines(Stream file, string name)
    {
        if (layout.LineSkip == 0) return;
        byte[] buffer = new byte[4096];
        for (long lines = 0; ;)
        {
            int got = file.Read(buffer);
            if (got == 0) throw new FileFormatException(name, $"the voxels begin after {layout.LineSkip} lines, but the file has {lines}", CutOffRemedy);
            for (int i = 0; i < got; i++)
            {
                if (buffer[i] != '\n' || ++lines < layout.LineSkip) continue;
                file.Position -= got - i - 1;
                return;
            }
        }
    }

    private static void Skip(Stream stream, long bytes, string name)
    {
        byte[] buffer = new byte[4096];
        while (bytes > 0)
        {
            int got = stream.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes)));
            if (got == 0) throw new FileFormatException(name, "the content ends before the voxels", CutOffRemedy);
            bytes -= got;
        }
    }

    private static bool IsGzip(Stream file)
    {
        long start = file.Position;
        bool isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = start;
        return isGzip;
    }
}
