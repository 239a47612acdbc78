using System.Globalization;
using System.IO.Compression;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The program as a .NET tool: packed, installed from a folder, and run.</summary>
[Collection("installation")]
public sealed class ToolTests
{
    private const string Version = "0.1.0-test"; // none that is on the machine already
    private const long LargestPackage = 250L << 20; // what package sources take

    [Fact]
    public void Tool_IsInstalledFromItsPackages_AndSegments()
    {
        // Given the packages
        using TemporaryFolder folder = new();
        string project = Path.Combine(TestData.RepositoryRoot(), "src", "NnUNet.Cli");
        ChildProgram.Run(
            ChildProgram.Dotnet, "pack", project, "-c", "Release", "-o", folder["feed"], "--artifacts-path", folder["artifacts"], $"-p:Version={Version}", "-nologo", "-v", "quiet").MustSucceed();
        string[] packages = Directory.GetFiles(folder["feed"], "*.nupkg");
        Assert.Equal(2, packages.Length);
        Assert.All(packages, static p => Assert.True(new FileInfo(p).Length < LargestPackage, $"{p}: {new FileInfo(p).Length.ToString(CultureInfo.InvariantCulture)}"));
        Assert.All(packages, static p =>
        {
            using ZipArchive package = ZipFile.OpenRead(p);
            Assert.All((string[])["LICENSE", "THIRD-PARTY-NOTICES.txt", "sbom.json", "README.md"], file => Assert.NotNull(package.GetEntry(file)));
        });

        // When
        File.WriteAllText(folder["NuGet.config"], $"""<configuration><packageSources><clear /><add key="packed" value="{folder["feed"]}" /></packageSources></configuration>""");
        ChildProgram.Run(ChildProgram.Dotnet, "tool", "install", "NnUNet.Cli", "--tool-path", folder["tool"], "--version", Version, "--configfile", folder["NuGet.config"]).MustSucceed();
        string tool = folder[OperatingSystem.IsWindows() ? "tool/nnunet.exe" : "tool/nnunet"];

        // Then
        Assert.StartsWith($"nnunet {Version}", ChildProgram.Run(tool, "--version").MustSucceed().Output, StringComparison.Ordinal);
        ChildProgram.Run(tool, "doctor").MustSucceed();
        Assert.Contains("Dice", ChildProgram.Run(tool, "demo", "--epochs", "1", "--iterations", "2", "--workspace", folder["demo"]).MustSucceed().Output, StringComparison.Ordinal);
        InstalledNotices.Check(Path.GetDirectoryName(Directory.GetFiles(folder["tool"], "nnunet.deps.json", SearchOption.AllDirectories).Single())!);
    }
}
