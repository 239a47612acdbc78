namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>Bytes that are written as two hexadecimal digits each; blanks between them do not count.</summary>
internal sealed class HexStream(Stream characters) : DecodingStream(characters)
{
    protected override int Decode(Span<byte> item)
    {
        int high = Digit();
        if (high < 0) return 0;
        int low = Digit();
        if (low < 0) return 0;
        item[0] = (byte)((high << 4) | low);
        return 1;
    }

    private int Digit()
    {
        for (int c = Next(); c >= 0; c = Next())
        {
            if (char.IsAsciiHexDigit((char)c)) return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            if (!char.IsWhiteSpace((char)c)) throw new InvalidDataException($"the byte 0x{c:x2} is no hexadecimal digit");
        }

        return -1;
    }
}
