using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets;

/// <summary>Regions of several labels in <c>dataset.json</c>: both ways of writing them, and what cannot be meant.</summary>
public sealed class DatasetRegionsTests : IDisposable
{
    private const string Rest = "\"modality\": {\"0\": \"T1\"}, \"training\": [{\"image\": \"./imagesTr/a.nii.gz\", \"label\": \"./labelsTr/a.nii.gz\"}]";
    private const string Labels = "\"labels\": {\"0\": \"background\", \"1\": \"oedema\", \"2\": \"necrosis\", \"3\": \"enhancing\"}";
    private const string Order = "\"regions_class_order\": [1, 2, 3]";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Labels + ", \"regions\": {\"whole\": [1, 2, 3], \"core\": [2, 3], \"top\": 3}, " + Order)]
    [InlineData(Labels + ", \"Regions\": {\"whole\": [\"1\", 2, 3.0], \"core\": [2, 3], \"top\": [3]}, \"regions_class_order\": [\"1\", 2, 3]")]
    [InlineData(Labels + ", \"regions\": [{\"name\": \"whole\", \"labels\": [1, 2, 3]}, {\"name\": \"core\", \"labels\": [2, 3]}, {\"name\": \"top\", \"labels\": [3]}], " + Order)]
    [InlineData("\"labels\": {\"background\": 0, \"whole\": [1, 2, 3], \"core\": [2, 3], \"top\": 3}, " + Order)]
    [InlineData("\"labels\": {\"background\": [0], \"whole\": [1, 2, 3], \"core\": [2, 3], \"top\": [3]}, " + Order)]
    public void Read_RegionsOfEitherWay_AreTheSame(string text)
    {
        DatasetDescription description = Read($"{{{text}, {Rest}}}");

        Assert.Equal([new("whole", [1, 2, 3]), new("core", [2, 3]), new("top", [3])], description.Regions);
        Assert.Equal([1, 2, 3], description.RegionsClassOrder);
        Assert.Equal([1, 2, 3], description.ForegroundLabels);
        Assert.Empty(description.LabelFaults());
        Assert.Equal(description.LabelRegions, DatasetDescription.RegionsIn(_folder.Root));
    }

    [Fact]
    public void Read_RegionsAmongLabels_NameALabelOnlyWhereItIsARegionOfItsOwn()
    {
        DatasetDescription description = Read($"{{\"labels\": {{\"background\": 0, \"whole\": [1, 2], \"core\": 2}}, \"regions_class_order\": [1, 2], {Rest}}}");

        Assert.Equal(["0", "2"], description.NamedLabels.Keys.Order());
        Assert.Equal("core", description.Labels["2"]);
    }

    [Fact]
    public void Read_ListsOfOneLabelEach_AreLabels()
    {
        DatasetDescription description = Read($"{{\"labels\": {{\"background\": [0], \"a\": [1], \"b\": 2}}, {Rest}}}");

        Assert.Null(description.LabelRegions);
        Assert.Equal("a", description.Labels["1"]);
        Assert.Null(DatasetDescription.RegionsIn(_folder.Root));
        Assert.Null(DatasetDescription.RegionsIn(_folder["nowhere"]));
    }

    [Fact]
    public void Written_ItReadsBackInTheDocumentedForm()
    {
        DatasetDescription description = Read($"{{{Labels}, \"regions\": {{\"whole\": [1, 2, 3], \"core\": [2, 3]}}, \"regions_class_order\": [1, 2], {Rest}}}");

        ProductJson.Write(_folder["again/dataset.json"], description);

        Assert.Equal(description.LabelRegions, DatasetDescription.Read(_folder["again/dataset.json"]).LabelRegions);
        Assert.Equal("{\"whole\":[1,2,3],\"core\":[2,3]}", JsonNode.Parse(File.ReadAllText(_folder["again/dataset.json"]))!["regions"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{\"whole\": [1, 2, 5]}", "[1]", "the region \"whole\" has the label 5, which is not declared")]
    [InlineData("{\"whole\": [0, 1]}", "[1]", "the region \"whole\" has the label 0, which is the background and belongs to no region")]
    [InlineData("{\"whole\": [1, 2, 2]}", "[1]", "the region \"whole\" has the label 2 twice")]
    [InlineData("{\"whole\": []}", "[1]", "the region \"whole\" has no label")]
    [InlineData("{\"whole\": [1, 2], \"all\": [2, 1]}", "[1, 2]", "the regions \"whole\" and \"all\" have the same labels")]
    [InlineData("{\"7\": [1, 2]}", "[1]", "a region is called \"7\", which would be taken for a label")]
    [InlineData("{\"mean\": [1, 2]}", "[1]", "a region is called \"mean\", which means something else in files of scores")]
    [InlineData("{\"whole\": [1, 2], \"core\": [2]}", "[1]", "there are 2 regions (whole, core), but regions_class_order has 1 label,")]
    [InlineData("{\"whole\": [1, 2]}", "null", "there is one region (whole), but regions_class_order is missing")]
    [InlineData("{\"whole\": [1, 2], \"core\": [2]}", "[0, 2]", "regions_class_order is [0, 2], but 0 is the background")]
    [InlineData("{\"whole\": [1, 2], \"core\": [2]}", "[1, 9]", "regions_class_order has the label 9, which is not declared")]
    [InlineData("{\"whole\": [1, 2], \"core\": [2]}", "[2, 2]", "regions_class_order has the label 2 twice")]
    [InlineData("{\"whole\": [1, 2], \"core\": [2]}", "[1, 3]", "the region core (2) is painted with 3 by regions_class_order, which does not belong to it")]
    [InlineData("{\"core\": [2], \"whole\": [1, 2]}", "[2, 1]", "the region whole (1, 2) comes after core (2) and would be painted over it")]
    [InlineData("{\"whole\": \"all\"}", "[1]", "the region \"whole\" is \"all\", but must be a list of labels")]
    [InlineData("{\"whole\": [-1]}", "[1]", "the region \"whole\" is [-1], but must be a list of labels")]
    [InlineData("\"whole\"", "[1]", "\"regions\" is \"whole\", but must have the labels of each region by its name")]
    [InlineData("{\"whole\": [1, 2]}", "{\"a\": 1}", "\"regions_class_order\" is {\"a\":1}, but must be a list of labels")]
    [InlineData("null", "[1, 2]", "\"regions_class_order\" is [1,2], but there are no regions")]
    public void Read_RegionsThatCannotBe_AreTold(string regions, string order, string reason)
    {
        string text = $"{{{Labels}, \"regions\": {regions}, \"regions_class_order\": {order}, {Rest}}}";

        Assert.StartsWith(reason, Refusal(text)!.Faults[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RegionsOfBothWays_AreRefused() =>
        Assert.Contains("regions stand in \"regions\" and among the labels too", Refusal($"{{\"labels\": {{\"background\": 0, \"whole\": [1, 2], \"core\": 2}}, \"regions\": {{\"a\": [1, 2]}}, \"regions_class_order\": [1, 2], {Rest}}}")!.Message, StringComparison.Ordinal);

    [Fact]
    public void Read_IgnoreAmongRegions_IsRefused() =>
        Assert.Contains("\"ignore\" in \"labels\" is a label of voxels to pass over", Refusal($"{{\"labels\": {{\"background\": 0, \"whole\": [1, 2], \"ignore\": 3}}, \"regions_class_order\": [1], {Rest}}}")!.Message, StringComparison.Ordinal);

    [Fact]
    public void TheSameOutputs_HaveTheSameLabelsInTheSameOrder_WhateverTheyAreCalled()
    {
        LabelRegions renamed = new([new("all", [3, 2, 1]), new("inner", [3, 2]), new("top", [3])], [1, 2, 3]);

        Assert.True(renamed.AreSameOutputsAs(LabelRegions.BraTS));
        Assert.False((renamed with { ClassOrder = [1, 3, 2] }).AreSameOutputsAs(LabelRegions.BraTS));
        Assert.False((renamed with { Regions = [renamed.Regions[1], renamed.Regions[0], renamed.Regions[2]] }).AreSameOutputsAs(LabelRegions.BraTS));
        Assert.False(new LabelRegions([new("all", [1, 2, 3])], [1, 2, 3]).AreSameOutputsAs(LabelRegions.BraTS));
    }

    [Fact]
    public void Verify_ALabelOfNoRegion_IsWarnedOf()
    {
        using TinyTask task = new(cases: 1, channels: 1);
        string path = Path.Combine(task.Folder, DatasetDescription.FileName);
        JsonObject node = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        node["labels"] = new JsonObject { ["0"] = "background", ["1"] = "a", ["2"] = "b" };
        node["regions"] = new JsonObject { ["first"] = new JsonArray(1) };
        node["regions_class_order"] = new JsonArray(1);
        File.WriteAllText(path, node.ToJsonString());

        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        Assert.Empty(report.Faults);
        Assert.Contains(report.Warnings, static w => w.What == "label 2 belongs to no region, so that training takes it for background");
    }

    private DatasetDescription Read(string text)
    {
        File.WriteAllText(_folder[DatasetDescription.FileName], text);
        return DatasetDescription.Read(_folder[DatasetDescription.FileName]);
    }

    private DatasetException? Refusal(string text) => Record.Exception(() => Read(text)) as DatasetException;
}
