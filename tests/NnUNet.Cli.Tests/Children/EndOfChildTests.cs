using NnUNet.Cli.Children;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;

namespace NnUNet.Cli.Tests.Children;

public sealed class EndOfChildTests
{
    [SkippableTheory]
    [InlineData(137, "", "its process was killed by signal 9 (SIGKILL), which the system sends too where memory runs out")]
    [InlineData(139, "", "its process was killed by signal 11 (SIGSEGV)")]
    [InlineData(163, "", "its process was killed by signal 35")]
    [InlineData(3, "no such symbol.", "its process ended with exit code 3 before its work was done (its last words: no such symbol)")]
    [InlineData(130, "", "its process was interrupted by a signal of its own")]
    public void Failure_OfAProcessThatSaysNothing_TellsExitCodeOrSignal(int exitCode, string words, string what)
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no signals");

        DescribedException failure = new EndOfChild(exitCode, null, words).Failure("training on cpu", "repeat the command");

        Assert.Equal($"training on cpu: {what}; repeat the command.", failure.Message);
    }

    [Fact]
    public void Failure_OfACommandThatTellsItsError_IsThatError()
    {
        DescribedException error = new("epoch 3", "the loss is NaN", "look at the cases");

        Assert.Equal(error.Message, new EndOfChild(1, RunError.Of(error), "nnunet: …").Failure("training on cpu", "repeat the command").Message);
        Assert.Equal("training on cpu: the disk is full; repeat the command.", new EndOfChild(1, RunError.Of("the disk is full."), "").Failure("training on cpu", "repeat the command").Message);
    }
}
