using System.Diagnostics;
using NnUNet.Cli.Children;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Children;

public sealed class OwnProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Words_TheProgramsExecutable_IsTheSameFile() =>
        Assert.Equal(["/opt/tools/nnunet"], OwnProgram.Words("/opt/tools/nnunet", isOwn: true, _folder.Root));

    [Fact]
    public void Words_Dotnet_AreTheAssemblyByTheSameDotnet() =>
        Assert.Equal(["/usr/share/dotnet/dotnet", Path.Combine(_folder.Root, "nnunet.dll")], OwnProgram.Words("/usr/share/dotnet/dotnet", isOwn: true, _folder.Root));

    [Fact]
    public void Words_AProgramThatUsesTheAssembly_AreTheExecutableBesideIt()
    {
        string beside = _folder[OperatingSystem.IsWindows() ? "nnunet.exe" : "nnunet"];
        File.WriteAllText(beside, "");

        Assert.Equal([beside], OwnProgram.Words("/usr/bin/testhost", isOwn: false, _folder.Root));
    }

    [Fact]
    public void With_StreamsLeadToTheCaller()
    {
        ProcessStartInfo start = OwnProgram.With(["doctor"]);

        Assert.True(start is { RedirectStandardInput: true, RedirectStandardOutput: true, RedirectStandardError: true, UseShellExecute: false });
        Assert.Equal([.. OwnProgram.Words(), "doctor"], [start.FileName, .. start.ArgumentList]);
    }
}
