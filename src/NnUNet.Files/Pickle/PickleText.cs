using System.Globalization;
using System.Text;

namespace NnUNet.Files.Pickle;

/// <summary>The escaped texts of protocol 0.</summary>
internal static class PickleText
{
    /// <summary>A quoted text as Python prints it: <c>'a\n\x41\\'</c>; each byte is a character.</summary>
    public static string Quoted(string line)
    {
        line = line.Trim();
        if (line.Length < 2 || line[0] is not ('\'' or '"') || line[^1] != line[0]) throw new InvalidDataException("a text is not in quotes");
        StringBuilder text = new(line.Length);
        for (int i = 1; i < line.Length - 1; i++)
        {
            if (line[i] != '\\')
            {
                text.Append(line[i]);
                continue;
            }

            char escape = ++i < line.Length - 1 ? line[i] : throw new InvalidDataException("a text ends with a backslash");
            switch (escape)
            {
                case 'x':
                    text.Append(Hex(line, i + 1, 2));
                    i += 2;
                    break;
                case >= '0' and <= '7':
                    int octal = 0;
                    int end = i + 3;
                    for (; i < end && line[i] is >= '0' and <= '7'; i++) octal = (octal * 8) + (line[i] - '0');
                    i--;
                    text.Append((char)(octal & 0xff));
                    break;
                default:
                    text.Append(Plain(escape));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>A text whose only escapes are <c>\uXXXX</c> and <c>\UXXXXXXXX</c>.</summary>
    public static string RawUnicode(string line)
    {
        if (!line.Contains('\\', StringComparison.Ordinal)) return line;
        StringBuilder text = new(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            int digits = line[i] == '\\' && i + 1 < line.Length ? line[i + 1] switch { 'u' => 4, 'U' => 8, _ => 0 } : 0;
            if (digits == 0)
            {
                text.Append(line[i]);
                continue;
            }

            text.Append(Hex(line, i + 2, digits));
            i += digits + 1;
        }

        return text.ToString();
    }

    private static string Plain(char escape) => escape switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        '\\' or '\'' or '"' => escape.ToString(),
        _ => "\\" + escape,
    };

    private static string Hex(string line, int at, int digits)
    {
        if (at + digits > line.Length || !uint.TryParse(line.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code) || code > 0x10ffff)
        {
            throw new InvalidDataException("an escaped character is damaged");
        }

        return code > 0xffff ? char.ConvertFromUtf32((int)code) : ((char)code).ToString();
    }
}
