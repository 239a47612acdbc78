using System.Text.RegularExpressions;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>What a reader of a page does with one of its blocks.</summary>
internal enum PageStepKind
{
    /// <summary>Writes it into the file that the line above names.</summary>
    File,

    /// <summary>Gives it to a shell.</summary>
    Commands,

    /// <summary>Finds it in what the commands before printed.</summary>
    Output,

    /// <summary>Finds it in a file that is there.</summary>
    Excerpt,
}

/// <summary>One block of a page.</summary>
/// <param name="Kind">What is done with it.</param>
/// <param name="Line">The line of the page where it begins, from 1.</param>
/// <param name="Text">The block.</param>
/// <param name="File">The file's name, for a file.</param>
internal sealed record PageStep(PageStepKind Kind, int Line, string Text, string File = "");

/// <summary>The blocks of a page in their order, as its reader understands them.</summary>
/// <remarks>
/// A block below a line that is nothing but a file's name in code style and a colon is that file. A block of <c>bash</c> is to be run, one of
/// <c>text</c> is what the commands before it print, and any other shows a part of a file that is there by then.
/// </remarks>
internal static partial class PageSteps
{
    /// <summary>The blocks of a page.</summary>
    /// <param name="page">Its path in the repository.</param>
    public static IReadOnlyList<PageStep> Of(string page)
    {
        string text = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), page)).ReplaceLineEndings("\n");
        return [.. Block().Matches(text).Select(match => Step(match, text.AsSpan(0, match.Groups["code"].Index).Count('\n')))];
    }

    private static PageStep Step(Match match, int line)
    {
        string code = match.Groups["code"].Value;
        return match.Groups["file"] is { Success: true, Value: var file }
            ? new PageStep(PageStepKind.File, line, code, file)
            : new PageStep(match.Groups["language"].Value switch { "bash" => PageStepKind.Commands, "text" => PageStepKind.Output, _ => PageStepKind.Excerpt }, line, code);
    }

    [GeneratedRegex("(^`(?<file>[^`\n]+)`:\n\n)?^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
