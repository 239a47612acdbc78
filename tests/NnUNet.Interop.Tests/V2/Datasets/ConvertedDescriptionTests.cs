using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Datasets;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Interop.Tests.V2.Datasets;

public sealed class ConvertedDescriptionTests
{
    [Fact]
    public void ADescriptionOfVersion1_BecomesThatOfVersion2_InTheOriginalsOrder()
    {
        JsonNode old = JsonNode.Parse("""{"name": "x", "modality": {"0": "CT"}, "labels": {"0": "Hintergrund", "1": "liver"}, "numTraining": 2, "numTest": 0, "training": [], "test": []}""")!;

        string text = PythonJsonText.Of(ConvertedDescription.Of("d", old, ".nii.gz", "numTest", "training", "test"), sortKeys: false);

        Assert.Equal(
            """
            {
                "name": "x",
                "labels": {
                    "background": 0,
                    "liver": 1
                },
                "numTraining": 2,
                "channel_names": {
                    "0": "CT"
                },
                "file_ending": ".nii.gz"
            }
            """.ReplaceLineEndings("\n"),
            text);
    }

    [Theory]
    [InlineData("""{"labels": {"0": "a", "1": "b", "2": "b"}, "modality": {"0": "CT"}}""", "two labels are called \"b\"")]
    [InlineData("""{"labels": {"0": "a"}}""", "it has no \"modality\"")]
    [InlineData("""{"modality": {"0": "CT"}}""", "it has no \"labels\"")]
    [InlineData("""{"labels": {"x": "y"}, "modality": {"0": "CT"}}""", "the label \"x\" is \"y\"")]
    public void WhatCannotBeConverted_IsRefused(string json, string reason) => Assert.Contains(
        reason, Assert.Throws<DescribedException>(() => ConvertedDescription.Of("d", JsonNode.Parse(json), ".nii.gz")).Message, StringComparison.Ordinal);
}
