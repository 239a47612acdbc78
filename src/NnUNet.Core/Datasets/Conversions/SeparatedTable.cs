using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>A file of comma- or semicolon-separated values with a first row of headings.</summary>
internal sealed class SeparatedTable
{
    private const int MostBytes = 64 << 20;

    private readonly List<string> _headings;

    private SeparatedTable(List<string> headings, IReadOnlyList<IReadOnlyList<string>> rows) => (_headings, Rows) = (headings, rows);

    /// <summary>The rows below, each with as many fields as there are headings; missing ones are empty.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescribedException">It cannot be read, is empty or too large.</exception>
    public static SeparatedTable Read(string path)
    {
        if (new FileInfo(path).Length > MostBytes) throw new DescribedException(path, $"the table has more than {MostBytes >> 20} MB", "give the data set's own table");
        List<List<string>> rows = Parse(InputFile.ReadText(path));
        if (rows.Count == 0) throw new DescribedException(path, "the table is empty", "give the data set's own table");
        int width = rows[0].Count;
        return new SeparatedTable(rows[0], [.. rows.Skip(1).Select(row => (IReadOnlyList<string>)[.. row.Take(width), .. Enumerable.Repeat("", Math.Max(0, width - row.Count))])]);
    }

    /// <summary>The place of a heading; -1 where there is none.</summary>
    public int Find(string heading) => _headings.FindIndex(h => h.Equals(heading, StringComparison.OrdinalIgnoreCase));

    private static List<List<string>> Parse(string text)
    {
        string first = text.Split('\n', 2)[0];
        char separator = first.AsSpan().Count(';') > first.AsSpan().Count(',') ? ';' : ',';
        List<List<string>> rows = [];
        List<string> row = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                if (c != '"') field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
                else quoted = false;
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c == separator)
            {
                EndField();
            }
            else if (c == '\n')
            {
                EndRow();
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        EndRow();
        return rows;

        void EndField()
        {
            row.Add(field.ToString().Trim());
            field.Clear();
        }

        void EndRow()
        {
            EndField();
            if (row.Any(static f => f.Length > 0)) rows.Add(row);
            row = [];
        }
    }
}
