using System.Diagnostics;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>All libraries as NuGet packages in a folder, packed once for all tests that use them, by the command of the pages.</summary>
public sealed class PackedPackages : IDisposable
{
    /// <summary>The version of the packages: the product's own, which the pages name.</summary>
    public const string Version = "0.1.0";

    /// <summary>What the pages call the reader's clone of the repository.</summary>
    public const string Clone = "CLONE";

    /// <summary>The command by which a reader of the pages makes them.</summary>
    public const string Command = $"dotnet pack {Clone}/src/Libraries.slnf -c Release -o packages";

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _feed;
    private readonly Dictionary<string, string> _environment;

    public PackedPackages()
    {
        _feed = new Lazy<string>(Pack);
        _environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = _folder["restored"],
            ["NUGET_FALLBACK_PACKAGES"] = _folder["machine"],
            ["CreateSymbolicLinksForCopyLocalIfPossible"] = OperatingSystem.IsWindows() ? "false" : "true",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["DOTNET_NOLOGO"] = "1",
        };
    }

    /// <summary>The folder with the packages. The first access packs them.</summary>
    public string Feed => _feed.Value;

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Runs a program that restores them to its end: packages that are on the machine are taken from there, but none of ours, which may be of
    /// an earlier build with the same number.
    /// </summary>
    public ProgramResult Run(ProcessStartInfo start)
    {
        foreach ((string name, string value) in _environment) start.Environment[name] = value;
        return ChildProgram.Run(start);
    }

    private string Pack()
    {
        LinkPackagesOfTheMachine();
        string[] words = Command.Replace(Clone, TestData.RepositoryRoot(), StringComparison.Ordinal).Split(' ')[1..];
        ProcessStartInfo pack = new(ChildProgram.Dotnet, [.. words, "-nologo", "-v", "quiet"]) { WorkingDirectory = _folder.Root };
        pack.Environment["ArtifactsPath"] = _folder["artifacts"]; // the clone's own build stays as it is
        pack.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        ChildProgram.Run(pack).MustSucceed();
        return _folder["packages"];
    }

    private void LinkPackagesOfTheMachine()
    {
        string machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(_folder["machine"]);
        if (OperatingSystem.IsWindows() || !Directory.Exists(machine)) return; // links need rights there; the packages are downloaded

        foreach (string package in Directory.GetDirectories(machine).Where(static p => !Path.GetFileName(p).StartsWith("nnunet.", StringComparison.Ordinal)))
        {
            Directory.CreateSymbolicLink(Path.Combine(_folder["machine"], Path.GetFileName(package)), package);
        }
    }
}
