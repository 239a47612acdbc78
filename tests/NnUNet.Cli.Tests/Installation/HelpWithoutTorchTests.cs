using System.Diagnostics;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Installation;

public sealed class HelpWithoutTorchTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("doctor", "--help")]
    [InlineData("nnUNet_evaluate_folder", "--help")]
    public void Help_NeedsNeitherTorchNorItsLibraries(params string[] args)
    {
        // Given a folder with nothing but the program, its parser and what is below torch
        using TemporaryFolder folder = new();
        string here = Path.GetDirectoryName(typeof(Cli.Frame.CommandLine).Assembly.Location)!;
        foreach (string file in (string[])["nnunet.dll", "nnunet.runtimeconfig.json", "System.CommandLine.dll", "NnUNet.Foundation.dll", "NnUNet.Imaging.dll", "NnUNet.Files.dll", "NnUNet.Core.dll"])
        {
            File.Copy(Path.Combine(here, file), folder[file]);
        }

        // When
        using Process program = Process.Start(new ProcessStartInfo("dotnet", [folder["nnunet.dll"], .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = program.StandardOutput.ReadToEnd();
        string error = program.StandardError.ReadToEnd();
        program.WaitForExit();

        // Then
        Assert.Equal((0, ""), (program.ExitCode, error));
        Assert.NotEmpty(output);
    }
}
