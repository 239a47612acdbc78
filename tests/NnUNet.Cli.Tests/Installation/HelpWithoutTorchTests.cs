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
        ProgramResult result = ChildProgram.Run(ChildProgram.Dotnet, [folder["nnunet.dll"], .. args]);

        // Then
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.NotEmpty(result.Output);
    }
}
