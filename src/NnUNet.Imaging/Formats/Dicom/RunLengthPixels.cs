using System.Buffers.Binary;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>Decodes pixels that are compressed by run lengths.</summary>
/// <remarks>Source: DICOM PS3.5, annex G: a segment for each byte of a number, the highest first, each as PackBits has it.</remarks>
internal static class RunLengthPixels
{
    private const int HeaderBytes = 64;

    /// <summary>Decodes a frame of one number a pixel.</summary>
    /// <param name="packed">The frame's bytes.</param>
    /// <param name="into">Gets the numbers, little-endian.</param>
    /// <param name="bytesOfNumber">Bytes of a number.</param>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> packed, Span<byte> into, int bytesOfNumber)
    {
        if (packed.Length < HeaderBytes) throw new InvalidDataException($"{packed.Length} bytes are too few for their header");
        uint segments = BinaryPrimitives.ReadUInt32LittleEndian(packed);
        if (segments != bytesOfNumber) throw new InvalidDataException($"there are {segments} segments where {bytesOfNumber} are needed");

        for (int s = 0; s < bytesOfNumber; s++)
        {
            uint start = BinaryPrimitives.ReadUInt32LittleEndian(packed[(4 + (s * 4))..]);
            uint end = s + 1 < bytesOfNumber ? BinaryPrimitives.ReadUInt32LittleEndian(packed[(8 + (s * 4))..]) : (uint)packed.Length;
            if (start < HeaderBytes || end > packed.Length || start > end) throw new InvalidDataException($"segment {s + 1} goes from byte {start} to byte {end} of {packed.Length}");
            Segment(packed[(int)start..(int)end], into[(bytesOfNumber - 1 - s)..], bytesOfNumber, into.Length / bytesOfNumber, s + 1);
        }
    }

    private static void Segment(ReadOnlySpan<byte> packed, Span<byte> into, int step, int count, int number)
    {
        int at = 0, done = 0;
        while (done < count)
        {
            if (at >= packed.Length) throw new InvalidDataException($"segment {number} ends after {done} of {count} values");
            int control = (sbyte)packed[at++];
            if (control == -128) continue;

            bool repeated = control < 0;
            int run = repeated ? 1 - control : control + 1;
            if (packed.Length - at < (repeated ? 1 : run)) throw new InvalidDataException($"segment {number} ends after {done} of {count} values");
            for (int i = 0; i < run && done < count; i++, done++) into[done * step] = packed[repeated ? at : at + i];
            at += repeated ? 1 : run;
        }
    }
}
