using System.Globalization;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

[Collection("installation")]
public sealed class InstallTests
{
    private const long LargestInstallation = 600L << 20;

    [SkippableFact]
    public void InstallScript_PutsTheProgramAndItsLaunchersInPlace()
    {
        Skip.If(OperatingSystem.IsWindows(), "install.sh is for Linux and macOS");

        // When
        using TemporaryFolder folder = new();
        using (ChildProgram install = ChildProgram.Start(Path.Combine(TestData.RepositoryRoot(), "install.sh"), folder.Root)) install.WaitForEnd().MustSucceed();

        // Then
        string[] launchers = File.ReadAllLines(Path.Combine(TestData.RepositoryRoot(), "build", "commands.txt"));
        Assert.Equal(launchers.Append("nnunet").Order(StringComparer.Ordinal), Directory.GetFiles(folder["bin"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using ChildProgram launcher = ChildProgram.Start(folder["bin/nnUNet_evaluate_folder"], "--help");
        Assert.StartsWith("Score a folder", launcher.WaitForEnd().MustSucceed().Output, StringComparison.Ordinal);
        using ChildProgram doctor = ChildProgram.Start(folder["bin/nnunet"], "doctor");
        doctor.WaitForEnd().MustSucceed();
        InstalledNotices.Check(folder["lib/nnunet"]);
        long size = Directory.GetFiles(folder["lib"], "*", SearchOption.AllDirectories).Sum(static file => new FileInfo(file).Length);
        Assert.True(size < LargestInstallation, size.ToString(CultureInfo.InvariantCulture));
    }
}
