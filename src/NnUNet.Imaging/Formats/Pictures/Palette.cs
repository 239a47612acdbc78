namespace NnUNet.Imaging.Formats.Pictures;

/// <summary>Tables of colours.</summary>
internal static class Palette
{
    /// <summary>Whether all colours are greys, so that one number a pixel says everything.</summary>
    /// <param name="colours">The colours, each with its three parts first.</param>
    /// <param name="entry">Bytes of a colour.</param>
    public static bool IsGrey(ReadOnlySpan<byte> colours, int entry)
    {
        for (int i = 0; i + 2 < colours.Length; i += entry)
        {
            if (colours[i] != colours[i + 1] || colours[i] != colours[i + 2]) return false;
        }

        return true;
    }
}
