namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>The content of all IDAT chunks of a PNG file, one after the other. It does not dispose the file.</summary>
internal sealed class PngDataStream(Stream file, IReadOnlyList<(long At, int Length)> chunks) : Stream
{
    private int _chunk;
    private int _read;

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
        while (_chunk < chunks.Count && _read == chunks[_chunk].Length) (_chunk, _read) = (_chunk + 1, 0);
        if (_chunk == chunks.Count || buffer.IsEmpty) return 0;

        if (_read == 0) file.Seek(chunks[_chunk].At, SeekOrigin.Begin); // its chunks are read on from where they were left
        int got = file.Read(buffer[..Math.Min(buffer.Length, chunks[_chunk].Length - _read)]);
        _read += got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
