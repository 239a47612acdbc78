using System.Runtime.CompilerServices;
using System.Text;
using Wcwidth;

namespace NnUNet.Cli.Frame;

/// <summary>How many columns of a terminal a text takes: letters of East Asia take two, accents that stand by themselves none.</summary>
internal static class TextWidth
{
    private const char FirstUnusual = '\u0300'; // before it, every printed character takes one column

    /// <summary>The columns that a text takes.</summary>
    public static int Of(string text) => text.All(static c => c < FirstUnusual) ? text.Length : Measured(text);

    /// <summary>The text with spaces behind it, or before it, up to a number of columns.</summary>
    public static string Pad(string text, int columns, bool before = false)
    {
        string spaces = new(' ', Math.Max(0, columns - Of(text)));
        return before ? spaces + text : text + spaces;
    }

    /// <summary>As much of the text's beginning as fits into a number of columns.</summary>
    public static string Cut(string text, int columns)
    {
        if (Of(text) <= columns) return text;

        StringBuilder kept = new();
        int taken = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            string next = rune.ToString();
            taken += Of(next);
            if (taken > columns) break;
            kept.Append(next);
        }

        return kept.ToString();
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // the library is loaded only for unusual characters
    private static int Measured(string text) => text.EnumerateRunes().Sum(static rune => Math.Max(0, UnicodeCalculator.GetWidth(rune.Value)));
}
