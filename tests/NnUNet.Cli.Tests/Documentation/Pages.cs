using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Documentation;

/// <summary>README.md and the pages of docs.</summary>
internal static class Pages
{
    /// <summary>The text of every page by its path in the repository.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Files().ToDictionary(
        static file => Path.GetRelativePath(TestData.RepositoryRoot(), file).Replace('\\', '/'), File.ReadAllText);

    /// <summary>Every line of a bash block that calls the program, without comments: page and words.</summary>
    public static IEnumerable<(string Page, string[] Words)> Calls() =>
        from page in All
        from block in page.Value.Split("```bash\n").Skip(1).Select(static text => text.Split("```")[0])
        from line in block.Split('\n')
        let words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where words.Length > 0 && (words[0] == "nnunet" || words[0].StartsWith("nnUNet_", StringComparison.Ordinal))
        select (page.Key, words[0] == "nnunet" ? words[1..] : words);

    /// <summary>The text of the block of JSON in a page that has a certain text in it.</summary>
    public static string JsonBlock(string page, string with) =>
        All[page].Split("```json\n").Skip(1).Select(static text => text.Split("```")[0]).Single(block => block.Contains(with, StringComparison.Ordinal));

    private static IEnumerable<string> Files() =>
        Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(TestData.RepositoryRoot(), "README.md"));
}
