using System.IO.Compression;

namespace NnUNet.Foundation.Streams;

/// <summary>
/// Decompresses gzip and notices a file that ends too early, even within its trailing check sum, which
/// <see cref="GZipStream"/> alone accepts in silence.
/// </summary>
/// <remarks>
/// A gzip file may hold several members one after the other. Behind the file's last byte this class hands the decompressor one more
/// member with a known content: it comes out if and only if the decompressor was at the end of a member then.
/// </remarks>
internal sealed class CheckedGzipStream : Stream
{
    private static readonly byte[] Mark = "the end of the file was reached"u8.ToArray();
    private static readonly byte[] MarkMember = Compressed(Mark);

    private readonly SourceWithMark _source;
    private readonly GZipStream _gzip;

    /// <summary>Takes over a stream that stands at the first byte of the gzip content.</summary>
    public CheckedGzipStream(Stream compressed)
    {
        _source = new SourceWithMark(compressed);
        _gzip = new GZipStream(_source, CompressionMode.Decompress);
    }

    /// <summary>Bytes of the compressed file.</summary>
    public long CompressedLength => _source.Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads on after the content that was wanted; the mark behind a short file may be among what comes.</summary>
    /// <exception cref="InvalidDataException">The content is damaged, or the file ends within it.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _gzip.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            // The decompressor's own words are about a method of compression, whatever is wrong. Where it has asked for more than the
            // file has, it was within a member at the file's end, and has taken the mark for more of that.
            throw new InvalidDataException(_source.MarkGiven ? "it is cut off: the file ends within the compressed data" : "the compressed data are wrong", e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Checks, after all wanted content was read, that the file ends as it should.</summary>
    /// <exception cref="InvalidDataException">The check sum is wrong or cut off.</exception>
    public void CheckEnd()
    {
        // A file with much surplus content is not read to its end: only its beginning was asked for.
        byte[] rest = new byte[1 << 16];
        int got = ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        if (got < rest.Length && _source.MarkGiven && !rest.AsSpan(0, got).EndsWith(Mark)) throw new InvalidDataException("the check sum at the end is cut off");
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Compressed(byte[] content)
    {
        using MemoryStream memory = new();
        using (GZipStream gzip = new(memory, CompressionLevel.NoCompression)) gzip.Write(content);
        return memory.ToArray();
    }

    private sealed class SourceWithMark(Stream inner) : Stream
    {
        private int _given;

        public bool MarkGiven => _given > 0;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int got = inner.Read(buffer);
            if (got > 0 || buffer.IsEmpty) return got;

            int count = Math.Min(buffer.Length, MarkMember.Length - _given);
            MarkMember.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
