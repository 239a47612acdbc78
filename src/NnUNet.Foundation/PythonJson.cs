namespace NnUNet.Foundation;

/// <summary>Python's json module writes bare NaN and Infinity, which JSON does not know.</summary>
internal static class PythonJson
{
    /// <summary>Replaces bare NaN, Infinity and -Infinity outside strings by null.</summary>
    public static string Clean(string text)
    {
        if (!text.Contains("NaN", StringComparison.Ordinal) && !text.Contains("Infinity", StringComparison.Ordinal)) return text;

        System.Text.StringBuilder clean = new(text.Length);
        bool inString = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (inString)
            {
                clean.Append(c);
                if (c == '\\' && i + 1 < text.Length) clean.Append(text[++i]);
                else if (c == '"') inString = false;
                continue;
            }

            string? word = new[] { "NaN", "-Infinity", "Infinity" }.FirstOrDefault(w => string.CompareOrdinal(text, i, w, 0, w.Length) == 0);
            if (word is not null)
            {
                clean.Append("null");
                i += word.Length - 1;
                continue;
            }

            inString = c == '"';
            clean.Append(c);
        }

        return clean.ToString();
    }
}
