using System.Text.Json.Nodes;
using NnUNet.Core.Evaluation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class SegmentationSummaryTests
{
    [SkippableFact]
    public void Read_OriginalsFileWithBareNaN_KeepsAllScores()
    {
        // Given
        string path = TestData.Golden("evaluation/folder/prediction/summary.json");

        // When
        SegmentationSummary summary = SegmentationSummary.Read(path);

        // Then
        Assert.Equal("a4da726ec4f2", summary.Id);
        Assert.Equal(3, summary.Results.All.Count);
        Assert.Equal("prediction/case_2.nii.gz", summary.Results.All[2].Test);
        Assert.Equal(double.NaN, summary.Results.All[2].Labels["2"]["Dice"]);
        Assert.Equal(0.49449296238878393, summary.Mean("1"));
        Assert.Equal((0.49449296238878393 + 0.39344262295081966) / 2, summary.ForegroundMean());
    }

    [Fact]
    public void Write_ThenRead_WritesTheSameBytesAgain()
    {
        // Given
        CaseScores one = new() { Reference = "r/a.nii.gz", Test = "p/a.nii.gz", Labels = new() { ["1"] = new() { ["Dice"] = 0.5 }, ["2"] = new() { ["Dice"] = double.NaN } } };
        CaseScores two = new() { Reference = "r/b.nii.gz", Test = "p/b.nii.gz", Labels = new() { ["1"] = new() { ["Dice"] = 1 }, ["2"] = new() { ["Dice"] = double.NaN } } };
        using TemporaryFolder folder = new();

        // When
        SegmentationSummary.From([one, two], new EvaluationOptions { Task = "Task004_Hippocampus" }).Write(folder["first.json"]);
        SegmentationSummary.Read(folder["first.json"]).Write(folder["second.json"]);

        // Then
        Assert.Equal(File.ReadAllText(folder["first.json"]), File.ReadAllText(folder["second.json"]));
        JsonNode json = JsonNode.Parse(File.ReadAllText(folder["first.json"]))!;
        Assert.Equal(["author", "description", "id", "name", "results", "task", "timestamp"], json.AsObject().Select(static p => p.Key));
        Assert.Equal(["1", "2", "reference", "test"], json["results"]!["all"]![0]!.AsObject().Select(static p => p.Key));
        Assert.Equal(0.75, (double)json["results"]!["mean"]!["1"]!["Dice"]!);
        Assert.Null(json["results"]!["mean"]!["2"]!["Dice"]);
    }
}
