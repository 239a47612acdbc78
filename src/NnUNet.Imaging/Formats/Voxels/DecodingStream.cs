namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Bytes that are made of characters: what derives from this class makes one number or byte after the other.</summary>
internal abstract class DecodingStream(Stream characters) : Stream
{
    private readonly byte[] _buffer = new byte[1 << 14];
    private readonly byte[] _item = new byte[8];
    private int _at;
    private int _filled;
    private int _itemAt;
    private int _itemSize;

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
        int done = 0;
        while (done < buffer.Length)
        {
            if (_itemAt == _itemSize)
            {
                (_itemAt, _itemSize) = (0, Decode(_item));
                if (_itemSize == 0) return done;
            }

            int part = Math.Min(_itemSize - _itemAt, buffer.Length - done);
            _item.AsSpan(_itemAt, part).CopyTo(buffer[done..]);
            _itemAt += part;
            done += part;
        }

        return done;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Decodes the next item.</summary>
    /// <param name="item">Gets its bytes.</param>
    /// <returns>How many there are; 0 at the end.</returns>
    protected abstract int Decode(Span<byte> item);

    /// <summary>The next character, or -1 at the end.</summary>
    protected int Next()
    {
        if (_at == _filled)
        {
            _filled = characters.Read(_buffer);
            _at = 0;
            if (_filled == 0) return -1;
        }

        return _buffer[_at++];
    }
}
