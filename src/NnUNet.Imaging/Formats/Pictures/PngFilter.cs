using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>The five filters of PNG's lines.</summary>
internal static class PngFilter
{
    /// <summary>Turns a filtered line into its samples, in place.</summary>
    /// <param name="name">What the picture is called in errors.</param>
    /// <param name="filter">The filter's number.</param>
    /// <param name="line">The line.</param>
    /// <param name="before">The line above, as it became; empty for the first one.</param>
    /// <param name="unit">Bytes of a pixel, at least 1.</param>
    /// <exception cref="FileFormatException">There is no such filter.</exception>
    public static void Undo(string name, byte filter, Span<byte> line, ReadOnlySpan<byte> before, int unit)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = unit; i < line.Length; i++) line[i] += line[i - unit];
                break;
            case 2:
                for (int i = 0; i < before.Length; i++) line[i] += before[i];
                break;
            case 3:
                for (int i = 0; i < line.Length; i++) line[i] += (byte)((At(line, i - unit) + At(before, i)) / 2);
                break;
            case 4:
                for (int i = 0; i < line.Length; i++) line[i] += Paeth(At(line, i - unit), At(before, i), i < unit ? 0 : At(before, i - unit));
                break;
            default:
                throw new FileFormatException(name, $"a line has the filter {filter}, which PNG does not have", "the file is damaged; copy it again");
        }
    }

    private static int At(ReadOnlySpan<byte> line, int i) => i >= 0 && i < line.Length ? line[i] : 0;

    private static byte Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        int toLeft = Math.Abs(guess - left), toAbove = Math.Abs(guess - above), toCorner = Math.Abs(guess - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }
}
