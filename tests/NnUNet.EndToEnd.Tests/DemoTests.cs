using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public void Demo_RunsTheWholeMethodAndShowsIt()
    {
        using TemporaryFolder folder = new();

        ProgramResult demo = BuiltProgram.Run("demo", "--workspace", folder.Root, "--epochs", "1", "--iterations", "2").MustSucceed();

        Assert.All(
            (string[])["Dice of the validation cases", "Dice of the test images", "1 organ", "2 lesion", "mean", "train", "Where everything lies", "demo.png"],
            text => Assert.Contains(text, demo.Output, StringComparison.Ordinal));
        Assert.True(new FileInfo(folder["results/demo_predictions/demo.png"]).Length > 10_000);
    }
}
