using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>The bytes of a file, read forwards; every length that it promises is compared with what is left.</summary>
internal sealed class DicomInput
{
    private const string CutOffRemedy = "the file is cut off or damaged; copy it again";

    private readonly string _where;
    private readonly Stream _stream;
    private readonly byte[] _few = new byte[8];

    /// <summary>Reads a stream from its position on.</summary>
    /// <param name="where">What the file is called in errors.</param>
    /// <param name="stream">The bytes; one that cannot seek ends where it ends.</param>
    public DicomInput(string where, Stream stream)
    {
        (_where, _stream) = (where, stream);
        Position = stream.CanSeek ? stream.Position : 0;
        End = stream.CanSeek ? stream.Length : long.MaxValue;
    }

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Where the file ends; the largest number where that is not known.</summary>
    public long End { get; }

    /// <summary>Whether there is no byte any more.</summary>
    public bool TryReadTag(bool bigEndian, out DicomTag tag)
    {
        tag = 0;
        int got = Some(_few.AsSpan(0, 4));
        if (got == 0) return false;
        if (got < 4) throw CutOff($"the file ends within an element's tag, at byte {Position}");
        tag = (DicomTag)(((uint)Number16(_few, bigEndian) << 16) | Number16(_few.AsSpan(2), bigEndian));
        return true;
    }

    /// <summary>A number of 16 bits.</summary>
    public ushort Number16(bool bigEndian)
    {
        Fully(_few.AsSpan(0, 2));
        return Number16(_few, bigEndian);
    }

    /// <summary>A number of 32 bits.</summary>
    public uint Number32(bool bigEndian)
    {
        Fully(_few.AsSpan(0, 4));
        uint first = Number16(_few, bigEndian), second = Number16(_few.AsSpan(2), bigEndian);
        return bigEndian ? (first << 16) | second : (second << 16) | first;
    }

    /// <summary>Two characters.</summary>
    public string Characters()
    {
        Fully(_few.AsSpan(0, 2));
        return string.Create(2, _few, static (span, few) => (span[0], span[1]) = ((char)few[0], (char)few[1]));
    }

    /// <summary>Refuses a value that is longer than what is left.</summary>
    /// <param name="tag">Whose value it is.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="end">Where the data set or sequence ends in which it lies.</param>
    public void Check(DicomTag tag, long length, long end)
    {
        if (length <= end - Position) return;
        throw CutOff($"{tag.Described()} promises {length} bytes, but {Math.Max(0, end - Position)} are left {(end == End ? "in the file" : "in its sequence")}");
    }

    /// <summary>A value, whose length was checked.</summary>
    public byte[] Bytes(DicomTag tag, long length)
    {
        if (length == 0) return [];
        if (length > Array.MaxLength) throw new FileFormatException(_where, $"{tag.Described()} has {length} bytes, but at most {Array.MaxLength} are read", "split the file into one a frame");
        try
        {
            byte[] bytes = GrowingReader.ReadRaw<byte>(_stream, (int)length, End == long.MaxValue ? 0 : length);
            Position += length;
            return bytes;
        }
        catch (EndOfStreamException e)
        {
            throw CutOff($"{tag.Described()} promises {length} bytes, but {e.Message}");
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Passes over a value, whose length was checked.</summary>
    public void Skip(DicomTag tag, long length)
    {
        if (_stream.CanSeek)
        {
            _stream.Seek(length, SeekOrigin.Current);
            Position += length;
            return;
        }

        byte[] passed = new byte[(int)Math.Min(length, 1 << 16)];
        for (long left = length; left > 0;)
        {
            int got = Some(passed.AsSpan(0, (int)Math.Min(left, passed.Length)));
            if (got == 0) throw CutOff($"{tag.Described()} promises {length} bytes, but the file ends after {length - left} of them");
            left -= got;
        }
    }

    /// <summary>The error of a file that is not as it should be.</summary>
    public FileFormatException CutOff(string what) => new(_where, what, CutOffRemedy);

    private static ushort Number16(ReadOnlySpan<byte> bytes, bool bigEndian) => (ushort)(bigEndian ? (bytes[0] << 8) | bytes[1] : (bytes[1] << 8) | bytes[0]);

    private void Fully(Span<byte> into)
    {
        if (Some(into) < into.Length) throw CutOff($"the file ends within an element, at byte {Position}");
    }

    private int Some(Span<byte> into)
    {
        try
        {
            int got = _stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
            Position += got;
            return got;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    private FileFormatException Damaged(InvalidDataException e) => new(_where, $"the deflated content is damaged ({e.Message.TrimEnd('.')})", CutOffRemedy, e);
}
