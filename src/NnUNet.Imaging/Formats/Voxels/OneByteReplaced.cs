namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Passes bytes on, one of them replaced: the stream need not seek for it.</summary>
internal sealed class OneByteReplaced(Stream into, long at, byte value) : Stream
{
    private long _position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => into.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        long index = at - _position;
        _position += buffer.Length;
        if (index < 0 || index >= buffer.Length)
        {
            into.Write(buffer);
            return;
        }

        into.Write(buffer[..(int)index]);
        into.WriteByte(value);
        into.Write(buffer[((int)index + 1)..]);
    }
}
