using NnUNet.Cli.Frame;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Installation;

public sealed class LauncherTests
{
    [Fact]
    public void LauncherList_IsTheCataloguesCommands()
    {
        string[] launchers = File.ReadAllLines(Path.Combine(TestData.RepositoryRoot(), "build", "commands.txt"));

        Assert.Equal(ProgramRun.CommandNames.Where(OriginalNames.Has).Order(StringComparer.Ordinal), launchers);
    }
}
