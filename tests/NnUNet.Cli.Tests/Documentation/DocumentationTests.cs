using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using NnUNet.Cli.Frame;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Documentation;

public sealed class DocumentationTests
{
    public static TheoryData<string> Commands => [.. ProgramRun.CommandNames];

    public static TheoryData<string, string> Calls
    {
        get
        {
            TheoryData<string, string> calls = [];
            foreach ((string page, string[] words) in Pages.Calls()) calls.Add(page, string.Join(' ', words));
            return calls;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommand_HasItsPlaceOnTheMap(string name) => Assert.Contains(name, Pages.All["docs/map.md"], StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Commands))]
    public void CommandsPage_HasTheHelpOfEveryCommand(string name)
    {
        string help = ProgramRun.Of(name, "--help").Output.Split("Options of every command")[0].Replace("\r", "", StringComparison.Ordinal);

        Assert.True(
            Pages.All["docs/commands.md"].Contains($"## {name}\n\n```text\n{help}", StringComparison.Ordinal),
            $"docs/commands.md does not have the help of {name} as it is now; run build/write-command-docs");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void EveryCallInThePages_IsOneThatTheProgramTakes(string page, string call)
    {
        IReadOnlyList<string> faults = FaultsOf(call.Split(' '));

        Assert.True(faults.Count == 0, $"{page}: {call}: {string.Join(", ", faults)}");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryExampleInTheHelp_IsOneThatTheProgramTakes(string name)
    {
        IReadOnlyList<string> examples = CommandLine.Commands().Single(entry => entry.Key == name).Value.Examples;

        Assert.All(examples, example =>
        {
            // A launcher's own words come before the program's.
            string[] words = example.Split(' ');
            bool launched = words[0] is "mpirun" or "srun";
            string[] args = [.. words.SkipWhile(word => word == "nnunet" || (launched && !word.StartsWith("nnUNet_", StringComparison.Ordinal)))];
            Assert.Equal(name, args[0]);
            Assert.Empty(FaultsOf(args));
        });
    }

    [Fact]
    public void ThePromises_HaveATestAndAReason_AndAddUp()
    {
        HashSet<string> tests = [.. Directory.EnumerateFiles(Path.Combine(TestData.RepositoryRoot(), "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(static file => Path.GetFileNameWithoutExtension(file))];
        string[][] rows = [.. Pages.All["docs/promises.md"].Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Select(static line => line.Split('|')[1..^1].Select(static cell => cell.Trim()).ToArray())];
        string[][] areas = [.. rows.Where(static row => int.TryParse(row[1], out _) && row[0] != "**sum**")], sums = [.. rows.Where(static row => row[0] == "**sum**")];

        Assert.All(areas, static row => Assert.Equal(Count(row, 1), Enumerable.Range(2, 4).Sum(column => Count(row, column))));
        Assert.All(areas, row => Assert.NotEmpty(Regex.Matches(row[6], "`(\\w+)`")));
        Assert.All(areas.SelectMany(static row => Regex.Matches(row[6], "`(\\w+)`")), name => Assert.Contains(name.Groups[1].Value, tests));
        Assert.All(areas.Where(static row => Count(row, 2) < Count(row, 1)), static row => Assert.NotEqual("", row[7]));
        Assert.All(Enumerable.Range(1, 5), column => Assert.Equal(sums.Sum(row => Count(row, column)), areas.Sum(row => Count(row, column))));

        static int Count(string[] row, int column) => int.Parse(row[column], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void TheMap_NamesFilesThatExist()
    {
        string sources = Path.Combine(TestData.RepositoryRoot(), "src");
        string[] folders = [.. Regex.Matches(Pages.All["docs/map.md"], @"`((?:Core|Torch|Imaging)/[A-Za-z/.]+)`").Select(static match => match.Groups[1].Value)];
        string[] commands = [.. Regex.Matches(Pages.All["docs/map.md"], @"\((\w+\.cs)\)").Select(static match => match.Groups[1].Value)];

        Assert.All(folders, folder => Assert.True(Path.Exists(Path.Combine(sources, "NnUNet." + folder)), folder));
        Assert.All(commands, file => Assert.True(File.Exists(Path.Combine(sources, "NnUNet.Cli", "Commands", file)), file));
    }

    [Fact]
    public void TheReadme_HasTheTestCommandOfContinuousIntegration()
    {
        string script = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), ".ci", "run"));

        Assert.Contains("```bash\ndotnet test NnUNet.slnx -c Release\n```", Pages.All["README.md"], StringComparison.Ordinal);
        Assert.Contains("{ dotnet test NnUNet.slnx -c Release 2>&1", script, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryBlockOfCSharp_IsQuotedFromACompiledSample()
    {
        string[] samples = [.. Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "samples"), "*.cs", SearchOption.AllDirectories).Select(static file => File.ReadAllText(file).ReplaceLineEndings("\n"))];
        var blocks = from page in Pages.All
                     from text in page.Value.ReplaceLineEndings("\n").Split("```csharp\n").Skip(1)
                     select (Page: page.Key, Code: text.Split("```")[0].TrimEnd());

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(samples.Any(sample => sample.Contains(block.Code, StringComparison.Ordinal)), $"{block.Page}: no sample has{Environment.NewLine}{block.Code}"));
    }

    [Fact]
    public void EveryPathInTheRepositoryThatPagesName_IsThere()
    {
        var paths = from page in Pages.All
                    from Match path in Regex.Matches(page.Value, "`((?:src|samples|build|bench|tests|docs)/[A-Za-z0-9./_-]+)`")
                    select (Page: page.Key, Path: path.Groups[1].Value);

        Assert.NotEmpty(paths);
        Assert.All(paths, static path => Assert.True(Path.Exists(Path.Combine(TestData.RepositoryRoot(), path.Path)), $"{path.Page}: {path.Path}"));
    }

    [Fact]
    public void EveryLinkBetweenPages_LeadsSomewhere()
    {
        var links = from page in Pages.All
                    from Match link in Regex.Matches(page.Value, @"\]\((?!http)([^)#]+)")
                    select (Page: page.Key, Target: link.Groups[1].Value);

        Assert.All(links, link => Assert.True(
            Path.Exists(Path.Combine(TestData.RepositoryRoot(), Path.GetDirectoryName(link.Page)!, link.Target)), $"{link.Page}: {link.Target}"));
    }

    /// <summary>The faults of a command line; that it is not written out in full is one, too.</summary>
    private static IReadOnlyList<string> FaultsOf(string[] args)
    {
        CommonOptions common = new();
        IReadOnlyList<KeyValuePair<string, CommandDefinition>> commands = CommandLine.Commands();
        TypedWords typed = TypedWords.Of(args, common, commands);
        ParseResult result = CommandLine.Build(common, commands).Parse(typed.Words, CommandLine.Configuration);
        return [.. UsageCheck.Faults(result, typed, ProgramRun.CommandNames), .. args.Except(typed.Words).Select(static word => $"{word} is not written out")];
    }
}
