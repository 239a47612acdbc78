using System.IO.Compression;

namespace NnUNet.Foundation.Streams;

/// <summary>Reads an entry of a zip archive and compares its length and its check sum (CRC-32) with what the archive says, which .NET does not.</summary>
public sealed class CheckedZipStream : Stream
{
    private static readonly uint[][] Tables = MakeTables();

    private readonly ZipArchiveEntry _entry;
    private readonly Stream _content;
    private uint _crc = uint.MaxValue;
    private long _read;

    /// <summary>Opens an entry.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged here, or the entry is encrypted.</exception>
    public CheckedZipStream(ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted) throw new InvalidDataException($"{entry.FullName} is encrypted");
        _entry = entry;
        _content = entry.Open();
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _entry.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The content is longer or shorter than the archive says, or its check sum is another.</exception>
    public override int Read(Span<byte> buffer)
    {
        int got = _content.Read(buffer);
        _read += got;
        _crc = Append(_crc, buffer[..got]);
        if (_read > _entry.Length) throw new InvalidDataException($"{_entry.FullName} has more than the {_entry.Length} bytes that the archive promises");
        if (got == 0 && !buffer.IsEmpty && _read < _entry.Length) throw new InvalidDataException($"{_entry.FullName} ends after {_read} of {_entry.Length} bytes");
        if (_read == _entry.Length && ~_crc != _entry.Crc32) throw new InvalidDataException($"the check sum of {_entry.FullName} is wrong");
        return got;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The CRC-32 of zip files (polynomial 0x04C11DB7, reflected).</summary>
    internal static uint Crc32(ReadOnlySpan<byte> bytes) => ~Append(uint.MaxValue, bytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Eight bytes at a time: a checkpoint of 250 MB takes a fifth of a second.</summary>
    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            uint first = crc ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint second = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][(byte)first] ^ Tables[6][(byte)(first >> 8)] ^ Tables[5][(byte)(first >> 16)] ^ Tables[4][first >> 24]
                ^ Tables[3][(byte)second] ^ Tables[2][(byte)(second >> 8)] ^ Tables[1][(byte)(second >> 16)] ^ Tables[0][second >> 24];
        }

        foreach (byte b in bytes) crc = (crc >> 8) ^ Tables[0][(byte)(crc ^ b)];
        return crc;
    }

    private static uint[][] MakeTables()
    {
        const uint Polynomial = 0xEDB88320;
        uint[][] tables = [.. Enumerable.Range(0, 8).Select(static _ => new uint[256])];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            tables[0][i] = value;
        }

        for (int table = 1; table < 8; table++)
        {
            for (int i = 0; i < 256; i++) tables[table][i] = (tables[table - 1][i] >> 8) ^ tables[0][(byte)tables[table - 1][i]];
        }

        return tables;
    }
}
