using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Evaluation.Report;
using NnUNet.Core.Selection;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Evaluation;

/// <summary>Scores of overlapping regions beside those of labels, in memory and in files.</summary>
public sealed class RegionScoresTests : IDisposable
{
    private static readonly LabelRegion[] Regions = [new("whole", [1, 2]), new("core, inner", [2])];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RegionsOfLabels_AreScoredWhereTheyOverlap()
    {
        SegmentationSummary summary = Summary();

        // Case a: whole 2 of 3 and 4 voxels, core 1 of 1 and 2; case b: the reference has no core, and nothing is predicted of it
        Assert.Equal([4 / 7.0, 1], Dice(summary, "whole"));
        Assert.Equal([2 / 3.0, double.NaN], Dice(summary, "core, inner"));
        Assert.Equal((4 / 7.0 + 1) / 2, summary.Mean("whole"), 12);
        Assert.Equal((summary.Mean("whole") + (2 / 3.0)) / 2, summary.ForegroundMean(), 12);
        Assert.Equal(["whole", "core, inner"], summary.Judged.Select(static s => s.Name));
        Assert.Equal([1, 2], summary.ForegroundLabels);
    }

    [Fact]
    public void File_HasRegionsApart_SoThatEveryResultIsALabels()
    {
        // When
        Summary().Write(_folder["summary.json"]);
        JsonNode file = JsonNode.Parse(File.ReadAllText(_folder["summary.json"]))!;
        SegmentationSummary read = SegmentationSummary.Read(_folder["summary.json"]);

        // Then the original's readers, which take every key for a number, find numbers
        Assert.All(file["results"]!["mean"]!.AsObject(), static m => Assert.True(int.TryParse(m.Key, out _)));
        Assert.Equal(["0", "1", "2", "reference", "test"], file["results"]!["all"]![0]!.AsObject().Select(static m => m.Key));
        Assert.Equal(["core, inner", "reference", "test", "whole"], file["regions"]!["all"]![0]!.AsObject().Select(static m => m.Key));
        Assert.Equal("[{\"name\":\"whole\",\"labels\":[1,2]},{\"name\":\"core, inner\",\"labels\":[2]}]", file["regions"]!["definition"]!.ToJsonString());
        Assert.Equal(Summary().ForegroundMean(), read.ForegroundMean());
        Assert.Equal(["0", "1", "2", "core, inner", "whole"], read.Structures.Mean.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Regions, read.Regions!.Definition);
    }

    [Fact]
    public void Means_OfLabelsAndOfRegions_AreAddedToTheirOwn()
    {
        SegmentationSummary summary = Summary();

        SegmentationSummary added = ForegroundMeans.AddTo(summary);

        Assert.Equal((summary.Mean("1") + summary.Mean("2")) / 2, added.Results.Mean["mean"]["Dice"], 12);
        Assert.Equal(summary.ForegroundMean(), added.Regions!.Mean["mean"]["Dice"], 12);
        Assert.Equal(summary.ForegroundMean(), added.ForegroundMean(), 12);
        Assert.Equal(["whole", "core, inner"], added.Judged.Select(static s => s.Name));
    }

    [Fact]
    public void SummaryWithoutRegions_IsWrittenAsEver()
    {
        SegmentationSummary summary = SegmentationSummary.From([CaseEvaluator.Evaluate(Labels(0, 1), Labels(1, 1), [1])], new EvaluationOptions());

        summary.Write(_folder["summary.json"]);

        Assert.Null(JsonNode.Parse(File.ReadAllText(_folder["summary.json"]))!["regions"]);
        Assert.Same(summary.Results, summary.Structures);
    }

    [Fact]
    public void Table_IsTheOriginals()
    {
        RegionTable.Write(_folder["summary.csv"], Summary().Regions!);

        Assert.Equal(
            "casename,whole,\"core, inner\"\n"
            + "a,0.5714,0.6667\n"
            + "b,1.0000,nan\n"
            + "mean,0.7857,0.6667\n"
            + "median,0.7857,0.6667\n"
            + "mean (nan is 1),0.7857,0.8333\n"
            + "median (nan is 1),0.7857,0.8333\n",
            File.ReadAllText(_folder["summary.csv"]));
    }

    [Fact]
    public void SheetAndReport_HaveRegionsBesideLabels()
    {
        ScoreSheet.Write(_folder["s.csv"], Summary(), new Dictionary<string, string> { ["1"] = "rim" });
        HtmlReport.Write(_folder["r.html"], Summary());

        string html = File.ReadAllText(_folder["r.html"]);
        Assert.Equal(1 + (2 * 5), File.ReadAllLines(_folder["s.csv"]).Length);
        Assert.Contains("a,whole,whole,", File.ReadAllText(_folder["s.csv"]), StringComparison.Ordinal);
        Assert.Contains("Regions of several labels: whole (1, 2), core, inner (2).", html, StringComparison.Ordinal);
        Assert.Contains("By mean Dice of the regions.", html, StringComparison.Ordinal);
        Assert.True(html.IndexOf("label 2", StringComparison.Ordinal) < html.IndexOf("</span>whole", StringComparison.Ordinal));
    }

    private static SegmentationSummary Summary()
    {
        IReadOnlyList<EvaluationLabel> structures = [.. EvaluationLabel.From([0, 1, 2]), .. Regions.Select(EvaluationLabel.Of)];
        CaseScores[] cases =
        [
            CaseEvaluator.Evaluate(Labels(0, 1, 1, 2, 0, 0), Labels(0, 0, 1, 2, 2, 1), structures) with { Reference = "r/a.nii.gz", Test = "p/a.nii.gz" },
            CaseEvaluator.Evaluate(Labels(1, 1, 0, 0, 0, 0), Labels(1, 1, 0, 0, 0, 0), structures) with { Reference = "r/b.nii.gz", Test = "p/b.nii.gz" },
        ];
        return SegmentationSummary.From(cases, new EvaluationOptions());
    }

    private static double[] Dice(SegmentationSummary summary, string region) => [.. summary.Regions!.All.Select(c => c.Labels[region]["Dice"])];

    private static Volume<short> Labels(params short[] voxels) => new(voxels, new Extent(1, 1, voxels.Length));
}
