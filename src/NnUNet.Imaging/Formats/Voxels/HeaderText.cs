using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Voxels;

/// <summary>The lines of a header of text before voxels.</summary>
/// <param name="Lines">The lines, without their ends.</param>
/// <param name="End">The byte behind the last of them.</param>
/// <param name="IsWhole">Whether the line was found that ends the header; false where the file ended before.</param>
internal sealed record HeaderText(IReadOnlyList<string> Lines, long End, bool IsWhole)
{
    private const int Most = 1 << 20;
    private const int Step = 1 << 12;

    /// <summary>Reads lines to the one that ends the header.</summary>
    /// <param name="path">What errors name.</param>
    /// <param name="stream">The file, from its first byte on.</param>
    /// <param name="isLast">Whether a line ends the header; it is among the lines.</param>
    /// <exception cref="FileFormatException">The header is larger than any.</exception>
    public static HeaderText Read(string path, Stream stream, Predicate<string> isLast)
    {
        stream.Position = 0;
        byte[] bytes = new byte[Step];
        int filled = 0, start = 0, searched = 0;
        List<string> lines = [];
        while (true)
        {
            int newline = bytes.AsSpan(searched, filled - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                newline += searched;
                lines.Add(Text(bytes.AsSpan(start, newline - start)));
                start = searched = newline + 1;
                if (isLast(lines[^1])) return new HeaderText(lines, start, true);
                continue;
            }

            searched = filled;
            if (filled == Most) throw new FileFormatException(path, $"the header has more than {Most} bytes", "check that it is a file of this format; take what is long out of the header");
            if (filled == bytes.Length) Array.Resize(ref bytes, Math.Min(Most, bytes.Length * 2));
            int got = stream.Read(bytes.AsSpan(filled));
            if (got > 0)
            {
                filled += got;
                continue;
            }

            if (filled > start) lines.Add(Text(bytes.AsSpan(start, filled - start)));
            bool whole = filled > start && isLast(lines[^1]);
            return new HeaderText(lines, filled, whole);
        }
    }

    private static string Text(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line.EndsWith("\r"u8) ? line[..^1] : line);
}
