using System.Text;

namespace NnUNet.Cli.Frame;

/// <summary>Rows with aligned columns: the first (or some more) to the left, the others to the right.</summary>
internal static class TextTable
{
    /// <summary>The table with a line under its first row, indented by two.</summary>
    /// <param name="rows">The rows, of equal length; the first has the columns' names.</param>
    /// <param name="left">How many columns hold words, which stand to the left.</param>
    public static string Format(IReadOnlyList<string[]> rows, int left = 1)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => TextWidth.Of(row[column])))];
        StringBuilder text = new();
        for (int i = 0; i < rows.Count; i++)
        {
            if (i > 0) text.AppendLine();
            IEnumerable<string> cells = rows[i].Select((cell, column) => TextWidth.Pad(cell, widths[column], before: column >= left));
            text.Append("  ").Append(string.Join("  ", cells).TrimEnd());
            if (i == 0) text.AppendLine().Append("  ").Append('-', widths.Sum() + (2 * (widths.Length - 1)));
        }

        return text.ToString();
    }
}
