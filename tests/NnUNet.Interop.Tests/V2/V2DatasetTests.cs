using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Interop.V2;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V2;

/// <summary>What a <c>dataset.json</c> of nnU-Net v2 says of channels and labels.</summary>
public sealed class V2DatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_Regions_AreThoseInTheFilesOrder()
    {
        // When
        V2Dataset dataset = Read("""
            {"channel_names": {"1": "T2", "0": "T1"}, "numTraining": 3, "file_ending": ".nii.gz", "licence": "CC BY",
             "labels": {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "enhancing": 3, "ignore": 4}, "regions_class_order": [1, 2, 3]}
            """);

        // Then
        Assert.Equal(["T1", "T2"], dataset.Channels);
        Assert.Equal([1, 2, 3], dataset.Labels.Foreground);
        Assert.Equal([new LabelRegion("whole", [1, 2, 3]), new LabelRegion("core", [2, 3]), new LabelRegion("enhancing", [3])], dataset.Labels.Regions);
        Assert.Equal([1, 2, 3], dataset.Labels.RegionsClassOrder);
        Assert.Equal((4, 3, "CC BY"), (dataset.Labels.Ignore, dataset.Labels.Outputs, dataset.Licence));
        Assert.Empty(dataset.Warnings);
        Assert.Empty(dataset.Labels.Faults());
    }

    [Fact]
    public void Read_AListOfOne_MakesNoRegions()
    {
        LabelContract labels = Read("""{"modality": ["CT"], "labels": {"background": 0, "b": [2], "a": 1}}""").Labels;

        Assert.False(labels.HasRegions);
        Assert.Equal((3, "b"), (labels.Outputs, labels.NameOf(2)));
    }

    [Fact]
    public void Read_NumbersWithNames_AreTakenTheOtherWayRound()
    {
        LabelContract labels = Read("""{"modality": {"0": "CT"}, "labels": {"0": "background", "1": "liver", "2": "tumour"}}""").Labels;

        Assert.Equal([new(0, "background"), new(1, "liver"), new(2, "tumour")], labels.Names);
        Assert.Equal(3, labels.Outputs);
    }

    [Fact]
    public void Read_RegionsThatCannotBeScored_ArePaintedWithAWarning()
    {
        // Given a region that is painted with a label that does not belong to it, before a larger one
        V2Dataset dataset = Read("""{"modality": {"0": "CT"}, "labels": {"background": 0, "core": [2, 3], "whole": [1, 2, 3]}, "regions_class_order": [1, 2]}""");

        Assert.NotEmpty(dataset.Warnings);
        Assert.Empty(dataset.Labels.Regions);
        Assert.Equal([1, 2], dataset.Labels.RegionsClassOrder);
        Assert.Empty(dataset.Labels.Faults());
    }

    [Fact]
    public void Read_LabelsWithAGap_WarnsThatThereIsNoMapping()
    {
        V2Dataset dataset = Read("""{"modality": {"0": "CT"}, "labels": {"background": 0, "a": 1, "b": 3}}""");

        Assert.Contains("the segmentations will have 0 to 2", Assert.Single(dataset.Warnings), StringComparison.Ordinal);
        Assert.Equal(3, dataset.Labels.Outputs);
    }

    [Theory]
    [InlineData("""{"labels": {"background": 0, "a": 1}}""", "neither channel_names nor modality")]
    [InlineData("""{"modality": {}, "labels": {"background": 0, "a": 1}}""", "modality names no channel")]
    [InlineData("""{"modality": {"x": "CT"}, "labels": {"background": 0, "a": 1}}""", "must name the channels by their numbers")]
    [InlineData("""{"modality": {"0": "CT"}}""", "labels is")]
    [InlineData("""{"modality": {"0": "CT"}, "labels": {"background": 1, "a": 0}}""", "the label \"background\" must be 0")]
    [InlineData("""{"modality": {"0": "CT"}, "labels": {"background": 0, "a": "one"}}""", "the label \"a\" is \"one\"")]
    [InlineData("""{"modality": {"0": "CT"}, "labels": {"background": 0, "a": 99999}}""", "must be a number from 0 to 32767")]
    [InlineData("""{"modality": {"0": "CT"}, "labels": {"background": 0, "a": 1, "ignore": [2]}}""", "the label \"ignore\" is [2], but must be one number")]
    [InlineData("""{"modality": {"0": "CT"}, "labels": {"background": 0, "a": [1, 2], "b": 2}, "regions_class_order": [1]}""", "regions_class_order has 1 labels for 2 regions (a, b)")]
    public void Read_WhatCannotBe_IsRefused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<DescribedException>(() => Read(text)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private V2Dataset Read(string text)
    {
        File.WriteAllText(_folder["dataset.json"], text);
        return V2Dataset.Read(_folder["dataset.json"]);
    }
}
