using System.IO.Compression;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Decompresses zlib and notices content that ends too early, even within its trailing check sum, which <see cref="ZLibStream"/> alone accepts in silence.</summary>
internal sealed class CheckedZlibStream : Stream
{
    private readonly Source _source;
    private readonly ZLibStream _zlib;

    /// <summary>Content from where a stream stands; the stream is not disposed.</summary>
    public CheckedZlibStream(Stream compressed, long length)
    {
        _source = new Source(compressed, length);
        _zlib = new ZLibStream(_source, CompressionMode.Decompress, leaveOpen: true);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The content is damaged, or it ends too early.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _zlib.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            // The decompressor's own words are about a method of compression, whatever is wrong.
            throw new InvalidDataException(_source.EndSeen ? "it is cut off: the file ends within the compressed data" : "the compressed data are wrong", e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Checks, after all wanted content was read, that the content ends as it should.</summary>
    /// <exception cref="InvalidDataException">The check sum is wrong or cut off.</exception>
    public void CheckEnd()
    {
        // A decompressor that is at its end asks for no more.
        Span<byte> one = stackalloc byte[1];
        if (Read(one) == 0 && _source.EndSeen) throw new InvalidDataException("the check sum at the end is cut off");
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _zlib.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Source(Stream inner, long left) : Stream
    {
        private long _left = left;

        public bool EndSeen { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int got = inner.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= got;
            EndSeen |= got == 0 && !buffer.IsEmpty;
            return got;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
