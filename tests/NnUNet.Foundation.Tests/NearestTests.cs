using NnUNet.Cli.Frame;

namespace NnUNet.Cli.Tests.Frame;

public sealed class NearestTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("train", "trian", 1)]
    [InlineData("fold", "folds", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_CountsEdits(string from, string to, int expected) => Assert.Equal(expected, Nearest.Distance(from, to));

    [Theory]
    [InlineData("nnunet_trian", "nnUNet_train")]
    [InlineData("--epoch", "--epochs")]
    [InlineData("--verify", "--verify_dataset_integrity")]
    [InlineData("--xyz", null)]
    public void Find_TakesTheNearestOrNone(string given, string? expected) =>
        Assert.Equal(expected, Nearest.Find(given, ["nnUNet_train", "nnUNet_predict", "--epochs", "--verify_dataset_integrity"]));
}
