using System.Text.Json.Nodes;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Interop.Tests.V2.Results;

public sealed class ResultLabelsTests
{
    [Fact]
    public void Classes_AreScoredOneByOne()
    {
        ResultLabels labels = Of("""{"background": 0, "liver": 1, "tumour": 2, "ignore": 3}""");

        Assert.False(labels.HasRegions);
        Assert.Equal([1, 2], labels.Foreground);
        Assert.Equal(3, labels.Outputs);
        Assert.Equal(3, labels.IgnoreLabel);
        Assert.Equal(["1", "2"], labels.Structures.Select(static s => s.ToString()));
    }

    [Fact]
    public void Regions_AreScoredInTheFilesOrder_UnderPythonsKeys()
    {
        ResultLabels labels = Of("""{"background": 0, "whole": [1, 2, 3], "core": [2, 3], "one": [3], "bare": 1}""", """ "regions_class_order": [1, 2, 3, 1],""");

        Assert.Equal(["(1, 2, 3)", "(2, 3)", "(3,)", "1"], labels.Structures.Select(static s => s.ToString()));
        Assert.Equal([1, 2, 3, 1], labels.RegionsClassOrder);
        Assert.Equal(4, labels.Outputs);
        Assert.Equal([1, 2, 3], labels.Foreground);
    }

    [Fact]
    public void AListOfOneLabel_MakesNoRegions()
    {
        ResultLabels labels = Of("""{"background": 0, "liver": [1]}""");

        Assert.False(labels.HasRegions);
        Assert.Equal([ComponentRegion.Of(1)], labels.Structures);
    }

    [Theory]
    [InlineData("""{"liver": 1}""", "there is no label \"background\"")]
    [InlineData("""{"background": 1}""", "the label \"background\" must be 0")]
    [InlineData("""{"background": 0, "liver": "x"}""", "the label \"liver\" is \"x\", but must be a number")]
    [InlineData("""{"background": 0, "liver": [1, 70000]}""", "the label \"liver\" is")]
    [InlineData("""{"background": 0, "liver": 1, "ignore": 5}""", "the label \"ignore\" is 5, but must be the highest label and one more, 2")]
    [InlineData("""{"background": 0, "liver": [1, 2]}""", "regions_class_order has 0 labels for 1 regions")]
    public void LabelsThatCannotBe_AreRefused(string labels, string reason) =>
        Assert.Contains(reason, Assert.Throws<DescribedException>(() => Of(labels)).Message, StringComparison.Ordinal);

    [Fact]
    public void AnEndingThatNobodyWrites_IsRefused() => Assert.Contains(
        "file_ending", Assert.Throws<DescribedException>(() => ResultLabels.Of("d", JsonNode.Parse("""{"labels": {"background": 0}, "file_ending": ".xyz"}"""))).Message, StringComparison.Ordinal);

    private static ResultLabels Of(string labels, string more = "") => ResultLabels.Of("dataset.json", JsonNode.Parse($$"""{{{more}} "labels": {{labels}}, "file_ending": ".nii.gz"}"""));
}
