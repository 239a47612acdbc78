using System.CommandLine;
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
        string[] args = call.Split(' ');
        ParseResult result = CommandLine.Build(new CommonOptions(), CommandLine.Commands()).Parse(args, CommandLine.Configuration);

        IReadOnlyList<string> faults = UsageCheck.Faults(result, args, ProgramRun.CommandNames);

        Assert.True(faults.Count == 0, $"{page}: {call}: {string.Join(", ", faults)}");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryExampleInTheHelp_IsOneThatTheProgramTakes(string name)
    {
        IReadOnlyList<string> examples = CommandLine.Commands().Single(entry => entry.Key == name).Value.Examples;

        Assert.All(examples, example =>
        {
            string[] args = [.. example.Split(' ').SkipWhile(static word => word == "nnunet")];
            ParseResult result = CommandLine.Build(new CommonOptions(), CommandLine.Commands()).Parse(args, CommandLine.Configuration);
            Assert.Equal(name, args[0]);
            Assert.Empty(UsageCheck.Faults(result, args, ProgramRun.CommandNames));
        });
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
}
