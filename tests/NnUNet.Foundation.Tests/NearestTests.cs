namespace NnUNet.Foundation.Tests;

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

    [Theory]
    [InlineData("trian", "nnUNet_train")]
    [InlineData("hippocampsu", "Task004_Hippocampus")]
    [InlineData("batch_sise", "batch_size")]
    [InlineData("", null)]
    [InlineData("--", null)]
    public void Find_LooksBehindTheFirstUnderlineToo(string given, string? expected) =>
        Assert.Equal(expected, Nearest.Find(given, ["nnUNet_train", "nnUNet_predict", "Task004_Hippocampus", "batch_size", "patch_size"]));

    [Fact]
    public void Remedy_OfFewNames_ListsThemAll() =>
        Assert.Equal("did you mean 3d_fullres? (known are 2d, 3d_lowres, 3d_fullres)", Nearest.Remedy("3d_fulres", ["2d", "3d_lowres", "3d_fullres"]));

    [Fact]
    public void Remedy_OfManyNames_NamesTheNearestAndWhatListsAll()
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(static i => $"{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}xxxxxxx"), "trainer"];

        Assert.Equal("did you mean trainer? (nnunet trainers lists all 101)", Nearest.Remedy("trianer", names, "nnunet trainers"));
        Assert.Equal("nnunet trainers lists all 101", Nearest.Remedy("0123456789", names, "nnunet trainers"));
        Assert.EndsWith(" and 89 more", Nearest.Remedy("0123456789", names), StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorThatEndsWithAQuestion_HasNoFullStopBehindIt() => Assert.Equal("a: b; did you mean c?", new DescribedException("a", "b", "did you mean c?").Message);
}
