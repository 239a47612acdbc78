using NnUNet.Core.Bundles;

namespace NnUNet.Core.Tests.Bundles;

public sealed class PartLabelsTests
{
    private static readonly BundleModel First = new() { Name = "1", Dataset = "1", Labels = ["c", "", "a"] };
    private static readonly BundleModel Second = new() { Name = "2", Dataset = "2", Labels = ["b"] };
    private static readonly Bundle Bundle = new() { Format = Bundle.CurrentFormat, Name = "mine", Description = "x", Labels = ["a", "b", "c"], Models = [First, Second] };

    [Fact]
    public void Add_FindsLabelsByName_AndLeavesOutWhatHasNone()
    {
        short[] map = new short[6];

        new PartLabels(Bundle, First).Add([0, 1, 2, 3, 4, -1], map);

        Assert.Equal([0, 3, 0, 1, 0, 0], map);
    }

    [Fact]
    public void Add_ALaterModel_OverwritesWhereItFindsSomething()
    {
        short[] map = new short[4];

        new PartLabels(Bundle, First).Add([1, 3, 0, 0], map);
        new PartLabels(Bundle, Second).Add([1, 0, 1, 0], map);

        Assert.Equal([2, 1, 2, 0], map);
    }

    [Fact]
    public void Add_OfAModelWithoutNames_KeepsValues()
    {
        short[] map = new short[4];

        new PartLabels(Bundle, First with { Labels = [] }).Add([1, 2, 3, 4], map);

        Assert.Equal([1, 2, 3, 0], map);
        Assert.Equal([1, 2, 3], new PartLabels(Bundle, First with { Labels = [] }).Found.Select(static v => (int)v));
    }
}
