using System.IO.Compression;

namespace NnUNet.Foundation.Streams;

/// <summary>An entry of a zip archive as a stream that can seek: forwards by reading on, backwards by opening the entry anew. Nothing is read before it is asked for.</summary>
/// <remarks>Length and check sum are compared as by <see cref="CheckedZipStream"/> where the entry is read to its end. Not safe for several threads, as the archive is not.</remarks>
/// <param name="entry">The entry. Its archive stays open as long as the stream is read.</param>
public sealed class SeekableZipEntry(ZipArchiveEntry entry) : Stream
{
    private CheckedZipStream? _content;
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Bytes that the archive promises.</summary>
    public override long Length => entry.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The entry is damaged or encrypted.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_position >= Length || buffer.IsEmpty) return 0;
        if (_content is null || _content.Position > _position)
        {
            _content?.Dispose();
            _content = new CheckedZipStream(entry);
        }

        Span<byte> passed = stackalloc byte[4096];
        while (_content.Position < _position)
        {
            if (_content.Read(passed[..(int)Math.Min(passed.Length, _position - _content.Position)]) == 0) return 0;
        }

        int got = _content.Read(buffer);
        _position += got;
        return got;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
        // there is nothing to write
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _content?.Dispose();
        base.Dispose(disposing);
    }
}
