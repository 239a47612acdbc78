using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>Pages that can be followed from top to bottom in an empty folder are.</summary>
[Collection(HippocampusRun.Tests)]
public sealed class FollowedPagesTests(PackedPackages packages)
{
    [SkippableFact]
    public void PartsOfOnesOwn_AreBuiltAndUsed_AsThePageSays()
    {
        Skip.If(OperatingSystem.IsWindows(), "the page's commands are run in bash");
        using PageReader reader = new(packages);

        reader.Follow("docs/extending.md");

        // No plug-in brings an assembly of the program a second time.
        Assert.Equal(
            ["AddATrainer.dll", "AddAnImageFormat.dll", "PluginPlanner.dll"],
            Directory.GetFiles(reader["plugins"], "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(reader["plugins"], "*.so*", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void ProgramsOfOnesOwn_SegmentAsTheCommandDoes_AsThePageSays()
    {
        Skip.If(OperatingSystem.IsWindows(), "the page's commands are run in bash");
        using PageReader reader = new(packages);

        reader.Follow("docs/library.md");

        Assert.Equal(File.ReadAllBytes(reader["segmentation.nii.gz"]), File.ReadAllBytes(reader["serviced.nii.gz"]));
    }

    [SkippableTheory]
    [InlineData("echo one two three", "one … three", true)]
    [InlineData("echo one; echo two", "two", true)]
    [InlineData("echo one; echo two", "two\none", false)]
    [InlineData("echo one two", "one", false)]
    [InlineData("false; echo one", "one", false)]
    [InlineData("cat folder/file", "one", false)]
    [InlineData("cat folder/file", "in the file", true)]
    public void AReader_NoticesWhatDoesNotComeOut(string command, string output, bool comesOut)
    {
        Skip.If(OperatingSystem.IsWindows(), "the page's commands are run in bash");
        using TemporaryFolder folder = new();
        using PageReader reader = new(packages);
        File.WriteAllText(folder["page.md"], $"A file:\n\n`folder/file`:\n\n```csharp\nin the file\n```\n\n```bash\n{command}\n```\n\n```text\n{output}\n```\n");

        Exception? fault = Record.Exception(() => reader.Follow(folder["page.md"]));

        Assert.Equal(comesOut, fault is null);
    }

    [Theory]
    [InlineData("docs/extending.md")]
    [InlineData("docs/library.md")]
    public void Pages_NameTheVersionThatIsPacked(string page)
    {
        PageStep[] projects = [.. PageSteps.Of(page).Where(static step => step.File.EndsWith(".csproj", StringComparison.Ordinal))];

        Assert.NotEmpty(projects);
        Assert.All(projects, static step => Assert.Matches($"Include=\"NnUNet\\.[A-Za-z]+\" Version=\"{PackedPackages.Version.Replace(".", "\\.", StringComparison.Ordinal)}\"", step.Text));
    }
}
