using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Postprocessing;

public sealed class PostprocessingDecisionTests
{
    [Theory]
    [InlineData("None")]
    [InlineData("{}")]
    [InlineData("{(1, 2): 210.0}")]
    [InlineData("{(1, 2): 210.0, 2: 90.5, (3,): 1E-05}")]
    public void Read_WhatWasWritten_IsTheSame(string sizes)
    {
        // Given
        using TemporaryFolder folder = new();
        PostprocessingDecision decision = new() { ForWhichClasses = sizes.Length > 20 ? [ComponentRegion.Joint([1, 2]), ComponentRegion.Of(2), ComponentRegion.Joint([3])] : [], MinValidObjectSizes = sizes };

        // When
        decision.Write(folder["a.json"]);
        PostprocessingDecision read = PostprocessingDecision.Read(folder["a.json"]);
        read.Write(folder["b.json"]);

        // Then
        Assert.Equal(File.ReadAllText(folder["a.json"]), File.ReadAllText(folder["b.json"]));
        Assert.Equal(decision.Rules, read.Rules);
    }

    [Fact]
    public void Rules_SizesOfTheOriginal_BelongToTheirRegions()
    {
        // Given
        PostprocessingDecision decision = new()
        {
            ForWhichClasses = [ComponentRegion.Joint([1, 2]), ComponentRegion.Of(1), ComponentRegion.Joint([2])],
            MinValidObjectSizes = "{1: 90.5,(2,):3, (1,2): 2.1e2}",
        };

        // When
        IReadOnlyList<ComponentRule> rules = decision.Rules;

        // Then
        Assert.Equal([210, 90.5, 3], rules.Select(static r => r.MinimumSize));
    }

    [Theory]
    [InlineData("{\"for_which_classes\": [0]}", "only foreground labels")]
    [InlineData("{\"for_which_classes\": [[]]}", "only foreground labels")]
    [InlineData("{\"for_which_classes\": [\"liver\"]}", "for_which_classes[0] is \"liver\", but must be a label")]
    [InlineData("{\"num_samples\": 3}", "for_which_classes")]
    [InlineData("{\"for_which_classes\": [1], \"min_valid_object_sizes\": \"__import__('os')\"}", "neither None nor a dictionary")]
    [InlineData("{\"for_which_classes\": [1], \"min_valid_object_sizes\": \"{2: 4.0}\"}", "lacks a size")]
    public void Read_DamagedFile_SaysWhatIsWrong(string text, string expected)
    {
        // Given
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["postprocessing.json"], text);

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => PostprocessingDecision.Read(folder["postprocessing.json"]));

        // Then
        Assert.Equal(folder["postprocessing.json"], e.Where);
        Assert.Contains(expected, e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_SizesInMillimetres_CountTheSpacing()
    {
        // Given: parts of 3, 2 and 1 voxels of 5 cubic millimetres
        Volume<short> labels = new([1, 1, 1, 0, 1, 1, 0, 1], new Extent(1, 1, 8), ImageGeometry.FromSpacing(new Spacing(5, 2, 0.5)));
        PostprocessingDecision decision = new() { ForWhichClasses = [ComponentRegion.Of(1)], MinValidObjectSizes = "{1: 10.0}" };

        // When
        decision.Apply(labels);

        // Then
        Assert.Equal([1, 1, 1, 0, 1, 1, 0, 0], labels.Voxels);
    }

    [SkippableFact]
    public void Apply_Folder_EqualsTheOriginal()
    {
        // Given
        string golden = TestData.Golden("selection/determine_postprocessing/all_then_class");
        using TemporaryFolder output = new();

        // When
        int count = PostprocessingFolder.Apply(
            PostprocessingDecision.Read(Path.Combine(golden, "postprocessing.json")), Path.Combine(golden, "raw"), output["out"]);

        // Then
        Assert.Equal(3, count);
        LabelFolders.AssertEqual(Path.Combine(golden, "postprocessed"), output["out"]);
    }
}
