using NnUNet.Testing;
namespace NnUNet.EndToEnd.Tests;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    [InlineData(2)]
    [InlineData(2, "nnUNet_trian")]
    [InlineData(2, "doctor", "--wrokspace", "x")]
    [InlineData(1, "nnUNet_evaluate_folder", "-ref", "nowhere", "-pred", "nowhere", "-l", "1")]
    public void TheProgram_EndsWithTheRightCode(int expected, params string[] args) => Assert.Equal(expected, BuiltProgram.Run(args).ExitCode);

    [Fact]
    public void Failure_IsOneReadableLine_AndDebugAddsTheTrace()
    {
        ProgramResult plain = BuiltProgram.Run("nnUNet_evaluate_folder", "-ref", "nowhere", "-pred", "nowhere", "-l", "1");
        ProgramResult debug = BuiltProgram.Run("nnUNet_evaluate_folder", "-ref", "nowhere", "-pred", "nowhere", "-l", "1", "--debug");

        Assert.Single(plain.Error.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", plain.Error, StringComparison.Ordinal);
        Assert.Contains("   at ", debug.Error, StringComparison.Ordinal);
    }
}
