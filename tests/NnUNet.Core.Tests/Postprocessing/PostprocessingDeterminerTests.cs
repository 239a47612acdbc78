using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Postprocessing;

public sealed class PostprocessingDeterminerTests
{
    [SkippableTheory]
    [InlineData("all_classes", false)]
    [InlineData("one_class", false)]
    [InlineData("hurts", false)]
    [InlineData("all_then_class", false)]
    [InlineData("equal_sizes_and_diagonal", false)]
    [InlineData("advanced", true)]
    public void Determine_RecordedFolder_EqualsTheOriginal(string name, bool keepLargeParts)
    {
        // Given
        string golden = TestData.Golden($"selection/determine_postprocessing/{name}");
        using TemporaryFolder root = new();
        FolderCopy.Make(Path.Combine(golden, "raw"), root["raw"]);

        // When
        PostprocessingDecision decision = PostprocessingDeterminer.Determine(
            root.Root,
            Path.Combine(golden, "gt"),
            new PostprocessingOptions { RawFolderName = "raw", FinalFolderName = "postprocessed", KeepLargeComponents = keepLargeParts });

        // Then
        JsonNode expected = JsonNode.Parse(File.ReadAllText(Path.Combine(golden, "postprocessing.json")))!;
        JsonAssert.Close(expected, JsonNode.Parse(File.ReadAllText(root["postprocessing.json"]))!, 1e-15);
        JsonAssert.Close(expected, ProductJson.ToNode(decision)!, 1e-15);
        LabelFolders.AssertEqual(Path.Combine(golden, "postprocessed"), root["postprocessed"]);
        SegmentationSummary scores = SegmentationSummary.Read(root["postprocessed/summary.json"]);
        JsonAssert.Close(
            ProductJson.ToNode(SegmentationSummary.Read(Path.Combine(golden, "postprocessed", "summary.json")).Results.Mean)!,
            ProductJson.ToNode(scores.Results.Mean)!,
            1e-14);
        Assert.Equal(root["postprocessed/case_0.nii.gz"], scores.Results.All[0].Test);
    }

    [SkippableFact]
    public void Determine_Twice_WritesTheSameBytes()
    {
        // Given
        string golden = TestData.Golden("selection/determine_postprocessing/all_then_class");
        using TemporaryFolder root = new();
        FolderCopy.Make(Path.Combine(golden, "raw"), root["validation_raw"]);
        PostprocessingDeterminer.Determine(root.Root, Path.Combine(golden, "gt"));
        byte[] decision = File.ReadAllBytes(root["postprocessing.json"]);
        byte[] summary = File.ReadAllBytes(root["validation_raw_postprocessed/summary.json"]);
        File.Copy(root["validation_raw/case_0.nii.gz"], root["validation_raw_postprocessed/no_longer.nii.gz"]);

        // When: on one thread and with hardly any memory
        PostprocessingDeterminer.Determine(root.Root, Path.Combine(golden, "gt"), new PostprocessingOptions { Threads = 1, MaxRamBytes = 1 });

        // Then
        Assert.Equal(decision, File.ReadAllBytes(root["postprocessing.json"]));
        Assert.Equal(summary, File.ReadAllBytes(root["validation_raw_postprocessed/summary.json"]));
        Assert.False(File.Exists(root["validation_raw_postprocessed/no_longer.nii.gz"]));
    }

    [Fact]
    public void Determine_RemovalThatMakesAScoreUndefined_CountsAsBetter()
    {
        // Given: class 1 is not in the second case, where its island gives a Dice of 0, and none without it
        using TemporaryFolder root = new();
        Write(root["gt/a.nii.gz"], [1, 2, 2, 2, 0, 0]);
        Write(root["raw/a.nii.gz"], [1, 2, 2, 2, 0, 0]);
        Write(root["gt/b.nii.gz"], [0, 2, 2, 2, 0, 0]);
        Write(root["raw/b.nii.gz"], [0, 2, 2, 2, 0, 1]);

        // When
        PostprocessingDecision decision = PostprocessingDeterminer.Determine(
            root.Root, root["gt"], new PostprocessingOptions { RawFolderName = "raw", FinalFolderName = "final", Classes = [1, 2] });

        // Then
        Assert.Equal([ComponentRegion.Joint([1, 2])], decision.ForWhichClasses);
        Assert.Equal(0.5, decision.DicePerClassRaw["1"]);
        Assert.Equal(1, decision.DicePerClassAll["1"]);
        Assert.Equal([0, 2, 2, 2, 0, 0], ImageFile.ReadLabels(root["final/b.nii.gz"]).Voxels);
    }

    [Fact]
    public void Determine_Regions_AreJudgedInPlaceOfLabels()
    {
        // Given an island of the core (2) within the rim, and one of the rim that the reference has
        using TemporaryFolder root = new();
        Write(root["gt/a.nii.gz"], [1, 1, 2, 2, 2, 1, 1, 1, 0, 1]);
        Write(root["raw/a.nii.gz"], [1, 1, 2, 2, 2, 0, 2, 1, 0, 1]);
        LabelRegion[] regions = [new("whole", [1, 2, 3]), new("core", [2, 3])];
        FolderEvaluator.Evaluate(root["gt"], root["raw"], [.. EvaluationLabel.From([0, 1, 2]), .. regions.Select(EvaluationLabel.Of)]).Write(root["raw/summary.json"]);

        // When
        PostprocessingDecision decision = PostprocessingDeterminer.Determine(root.Root, root["gt"], new PostprocessingOptions { RawFolderName = "raw", FinalFolderName = "final" });
        SegmentationSummary scores = SegmentationSummary.Read(root["final/summary.json"]);

        // Then the core would gain by it, but the whole loses a voxel: nothing is removed
        Assert.Empty(decision.ForWhichClasses);
        Assert.Equal(["1", "2", "core", "whole"], decision.DicePerClassRaw.Keys);
        Assert.Equal(regions, scores.Regions!.Definition);
        Assert.Equal(scores.Mean("core"), decision.DicePerClassRaw["core"]);
    }

    [Fact]
    public void Determine_ARegionThatGainsWithoutHarm_IsKeptToItsLargestPart()
    {
        // Given an island of the core where the reference has nothing
        using TemporaryFolder root = new();
        Write(root["gt/a.nii.gz"], [1, 1, 2, 2, 2, 1, 0, 0, 0, 1]);
        Write(root["raw/a.nii.gz"], [1, 1, 2, 2, 2, 1, 0, 2, 0, 1]);
        LabelRegion[] regions = [new("whole", [1, 2, 3]), new("core", [2, 3])];
        FolderEvaluator.Evaluate(root["gt"], root["raw"], [.. EvaluationLabel.From([0, 1, 2]), .. regions.Select(EvaluationLabel.Of)]).Write(root["raw/summary.json"]);

        // When
        PostprocessingDecision decision = PostprocessingDeterminer.Determine(root.Root, root["gt"], new PostprocessingOptions { RawFolderName = "raw", FinalFolderName = "final" });

        // Then the core alone is kept to its largest part; 3 is never painted, so that it is not named
        Assert.Equal([ComponentRegion.Of(2)], decision.ForWhichClasses);
        Assert.Equal([1, 1, 2, 2, 2, 1, 0, 0, 0, 1], ImageFile.ReadLabels(root["final/a.nii.gz"]).Voxels);
        Assert.Equal(1, decision.DicePerClassEach["whole"]);
    }

    [Fact]
    public void Determine_ReferenceIsMissing_NamesTheCase()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["gt/a.nii.gz"], [1, 0]);
        Write(root["raw/a.nii.gz"], [1, 0]);
        Write(root["raw/b.nii.gz"], [1, 0]);
        PostprocessingOptions options = new() { RawFolderName = "raw", Classes = [1] };

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => PostprocessingDeterminer.Determine(root.Root, root["gt"], options));

        // Then
        Assert.Contains("1 of 2 segmentations have no reference", e.What, StringComparison.Ordinal);
        Assert.EndsWith("the first is b", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Determine_CasesThatDoNotFit_AreAllInOneReportAndNothingIsDecided()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["gt/a.nii.gz"], [1, 0]);
        Write(root["raw/a.nii.gz"], [1, 0, 0]);
        Write(root["gt/b.nii.gz"], [1, 0]);
        Write(root["raw/b.nii.gz"], [1, 0, 0]);
        PostprocessingOptions options = new() { RawFolderName = "raw", Classes = [1] };

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => PostprocessingDeterminer.Determine(root.Root, root["gt"], options));

        // Then
        Assert.Contains("2 of 2 cases", e.Where, StringComparison.Ordinal);
        Assert.Contains("b.nii.gz: the prediction has 1x1x3 voxels (z, y, x), but the reference has 1x1x2", e.What, StringComparison.Ordinal);
        Assert.False(File.Exists(root["postprocessing.json"]));
    }

    [Fact]
    public void Determine_NoSummaryOfTheRawFolder_SaysWhichFileIsMissing()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["validation_raw/a.nii.gz"], [1, 0]);

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => PostprocessingDeterminer.Determine(root.Root, root["gt"]));

        // Then
        Assert.Equal(root["validation_raw/summary.json"], e.Where);
    }

    private static void Write(string path, short[] voxels)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.WriteLabels(path, new Volume<short>(voxels, new Extent(1, 1, voxels.Length)));
    }
}
