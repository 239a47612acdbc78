namespace NnUNet.Cli.Frame;

/// <summary>Sets texts off by colour where the stream goes to a terminal that has it; else leaves them as they are.</summary>
internal sealed class Style
{
    private const string Bold = "1";
    private const string Red = "31";
    private const string Yellow = "33";
    private const string Cyan = "36";

    private readonly bool _colour;

    private Style(bool colour) => _colour = colour;

    /// <summary>No colours.</summary>
    public static Style Plain { get; } = new(colour: false);

    /// <summary>With colours, by the eight that every terminal has and its user chose.</summary>
    public static Style Coloured { get; } = new(colour: true);

    /// <summary>One of the two.</summary>
    public static Style Of(bool colour) => colour ? Coloured : Plain;

    /// <summary>The title of a part.</summary>
    public string Title(string text) => With(Bold, text);

    /// <summary>Something to type: a command, an option.</summary>
    public string Term(string text) => With(Cyan, text);

    /// <summary>A line of the error stream: what it begins with says how bad it is.</summary>
    public string Fault(string line)
    {
        foreach ((string start, string colour) in ((string, string)[])[("nnunet:", Red), ("warning:", Yellow)])
        {
            if (line.StartsWith(start, StringComparison.Ordinal)) return With(colour, start) + line[start.Length..];
        }

        return line;
    }

    /// <summary>The columns that a word takes in which parts may be set off.</summary>
    public static int LengthOf(string word)
    {
        int length = 0;
        bool inCode = false;
        foreach (char c in word)
        {
            if (c == '\e') inCode = true;
            else if (inCode) inCode = c != 'm';
            else length++;
        }

        return length;
    }

    private string With(string code, string text) => _colour && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
