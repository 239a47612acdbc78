using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>All libraries as NuGet packages in a folder, packed once for all tests of a class.</summary>
public sealed class PackedPackages : IDisposable
{
    /// <summary>The version of the packages; none that is on the machine already.</summary>
    public const string Version = "0.1.0-test";

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _feed;

    public PackedPackages() => _feed = new Lazy<string>(PackAll);

    /// <summary>The folder with the packages. The first access packs them.</summary>
    public string Feed => _feed.Value;

    public void Dispose() => _folder.Dispose();

    internal static void Dotnet(params string[] args)
    {
        using ChildProgram dotnet = ChildProgram.Start("dotnet", [.. args, "-nologo", "-v", "quiet"]);
        dotnet.WaitForEnd().MustSucceed();
    }

    private string PackAll()
    {
        foreach (string library in (string[])["Foundation", "Imaging", "Files", "Core", "Interop", "Torch", "Workflows", "Hosting", "Pictures"])
        {
            Dotnet(
                "pack", Path.Combine(TestData.RepositoryRoot(), "src", $"NnUNet.{library}"), "-c", "Release", "-o", _folder["feed"], "--artifacts-path", _folder["artifacts"], $"-p:Version={Version}");
        }

        return _folder["feed"];
    }
}
