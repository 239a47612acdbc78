using System.Diagnostics;
using NnUNet.Cli.Children;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Children;

public sealed class OwnProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void With_TheProgramsExecutable_StartsTheSameFile()
    {
        ProcessStartInfo start = OwnProgram.With(["doctor"], "/opt/tools/nnunet", isOwn: true, _folder.Root);

        Assert.Equal("/opt/tools/nnunet", start.FileName);
        Assert.Equal(["doctor"], start.ArgumentList);
    }

    [Fact]
    public void With_Dotnet_StartsTheAssemblyByTheSameDotnet()
    {
        ProcessStartInfo start = OwnProgram.With(["doctor"], "/usr/share/dotnet/dotnet", isOwn: true, _folder.Root);

        Assert.Equal("/usr/share/dotnet/dotnet", start.FileName);
        Assert.Equal([Path.Combine(_folder.Root, "nnunet.dll"), "doctor"], start.ArgumentList);
    }

    [Fact]
    public void With_AProgramThatUsesTheAssembly_StartsTheExecutableBesideIt()
    {
        string beside = _folder[OperatingSystem.IsWindows() ? "nnunet.exe" : "nnunet"];
        File.WriteAllText(beside, "");

        Assert.Equal(beside, OwnProgram.With([], "/usr/bin/testhost", isOwn: false, _folder.Root).FileName);
    }

    [Fact]
    public void With_StreamsLeadToTheCaller()
    {
        ProcessStartInfo start = OwnProgram.With([]);

        Assert.True(start is { RedirectStandardInput: true, RedirectStandardOutput: true, RedirectStandardError: true, UseShellExecute: false });
    }
}
