namespace NnUNet.Cli.Frame;

/// <summary>A line of several pieces: all of them in a log, on a terminal as many as fit into its columns.</summary>
internal static class FittedLine
{
    /// <summary>Joins the pieces; those of the largest ranks are left out first.</summary>
    /// <param name="pieces">The pieces in their order.</param>
    /// <param name="columns">Columns of the terminal, of which the last one stays free; null for a log.</param>
    public static string Of(IEnumerable<LinePiece> pieces, int? columns)
    {
        List<LinePiece> kept = [.. pieces];
        while (true)
        {
            string line = string.Join(columns is null ? ", " : "  ", kept.Select(static p => p.Words));
            int least = kept.Max(static p => p.Rank);
            if (columns is not { } width || TextWidth.Of(line) < width || least == 0) return line;

            kept.RemoveAt(kept.FindLastIndex(p => p.Rank == least));
        }
    }
}

/// <summary>A piece of a line.</summary>
/// <param name="Rank">0 stays; the others leave the line in the order from the largest on.</param>
/// <param name="Words">What it says.</param>
internal sealed record LinePiece(int Rank, string Words);
