using System.Globalization;
using System.Text;
using NnUNet.Core.Cases;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Names of cases that every program and system can read.</summary>
/// <remarks>The original cuts names at <c>.nii.gz</c> and hands them to shells; blanks, quotes and brackets break there, and names in decomposed form are not found again on other systems.</remarks>
internal static class CleanName
{
    private const char Filler = '_';

    /// <summary>The name with everything but letters, digits, <c>_</c>, <c>-</c> and single dots replaced by <c>_</c>, in composed form; the name itself where nothing is left of it.</summary>
    public static string Of(string name)
    {
        StringBuilder clean = new();
        bool filled = false;
        foreach (Rune rune in ComposedForm.Of(name).EnumerateRunes())
        {
            if (IsKept(rune, clean))
            {
                clean.Append(rune);
                filled = false;
            }
            else
            {
                if (!filled) clean.Append(Filler);
                filled = true;
            }
        }

        // An ending within the name would be taken for the file's.
        string result = clean.ToString();
        for (string ending = CaseName.Ending(result); ending.Length > 0 && char.IsAsciiLetter(ending[1]); ending = CaseName.Ending(result)) result = result[..^ending.Length] + ending.Replace('.', Filler);
        result = result.Replace(".nii", Filler + "nii", StringComparison.OrdinalIgnoreCase);
        if (result != name) result = result.Trim(Filler);
        result = result.TrimStart('-', '.').TrimEnd('.');
        return result.Any(char.IsLetterOrDigit) ? result : name;
    }

    private static bool IsKept(Rune rune, StringBuilder before) =>
        Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '-' or '.'
        || (before.Length > 0 && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
}
