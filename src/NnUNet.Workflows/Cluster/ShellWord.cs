namespace NnUNet.Workflows.Cluster;

/// <summary>Texts as words of a shell's command line, and as values of Slurm's directives.</summary>
internal static class ShellWord
{
    private const string PlainPunctuation = "_@%+=:,./-";

    /// <summary>A text as one word that no shell takes apart or replaces.</summary>
    /// <example><c>/data/Anna's images</c> gives <c>'/data/Anna'\''s images'</c>.</example>
    public static string Of(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || PlainPunctuation.Contains(c, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Several words with spaces between them.</summary>
    public static string Line(params IEnumerable<string> words) => string.Join(' ', words.Select(Of));

    /// <summary>A value behind <c>#SBATCH --option=</c>, which Slurm reads by rules of its own: nothing is replaced, a backslash guards the next character.</summary>
    public static string Directive(string text) =>
        Of(text) == text ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>A path behind <c>#SBATCH --output=</c>, where a percent sign begins what Slurm fills in.</summary>
    /// <param name="folder">The folder, taken as it is.</param>
    /// <param name="pattern">The file's name with Slurm's patterns.</param>
    public static string LogFile(string folder, string pattern) => Directive(Path.Combine(folder.Replace("%", "%%", StringComparison.Ordinal), pattern));
}
