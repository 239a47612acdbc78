using System.Text.RegularExpressions;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Evaluation.Report;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class ReportTests
{
    private static readonly Dictionary<string, string> Names = new() { ["1"] = "left <ear>, \"small\"" };

    [Fact]
    public void Sheet_HasOneRowACaseAndStructure()
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        ScoreSheet.Write(folder["s.csv"], Summary(), Names);

        // Then
        Assert.Equal(
            "case,label,name,Dice,Hausdorff Distance 95,prediction,reference\n"
            + "a,1,\"left <ear>, \"\"small\"\"\",0.25,1.5,p/a.nii.gz,r/a.nii.gz\n"
            + "a,2,2,1,,p/a.nii.gz,r/a.nii.gz\n"
            + "b,1,\"left <ear>, \"\"small\"\"\",0.75,2.5,p/b.nii.gz,r/b.nii.gz\n"
            + "b,2,2,,,p/b.nii.gz,r/b.nii.gz\n",
            File.ReadAllText(folder["s.csv"]));
    }

    [Fact]
    public void Statistics_ByHand()
    {
        // When
        ScoreStatistics dice = ScoreStatistics.Of(Summary().Results, "1", "Dice"), missing = ScoreStatistics.Of(Summary().Results, "2", "Hausdorff Distance 95");

        // Then
        Assert.Equal((0.5, 0.5, 0.25, 0.75), (dice.Mean, dice.Quantile(0.5), dice.Minimum, dice.Maximum));
        Assert.Equal(Math.Sqrt(0.125), dice.StandardDeviation, 12);
        Assert.Equal(("a", "b", ""), (dice.WorstCase(MetricSense.HigherIsBetter), dice.WorstCase(MetricSense.LowerIsBetter), dice.WorstCase(MetricSense.None)));
        Assert.Equal((double.NaN, 2), (missing.Mean, missing.Undefined));
    }

    [Fact]
    public void Report_IsOneFileWithPicturesAndWithoutLinks()
    {
        // Given
        using TemporaryFolder folder = new();
        HtmlReportOptions options = new() { Title = "A & B", LabelNames = Names, WorstCases = 1, Picture = static scores => scores.CaseId == "a" ? [1, 2, 3] : null };

        // When
        HtmlReport.Write(folder["r.html"], Summary(), options);
        HtmlReport.Write(folder["again.html"], Summary(), options);

        // Then
        string html = File.ReadAllText(folder["r.html"]);
        Assert.Equal(html, File.ReadAllText(folder["again.html"]));
        Assert.Contains("<h1>A &amp; B</h1>", html, StringComparison.Ordinal);
        Assert.Contains("1 left &lt;ear&gt;", html, StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/png;base64,AQID\"", html, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(html, "<img "));
        Assert.DoesNotMatch("(https?:|<script |<link|src=\"[^d]|NaN|Infinity)", html);
        Assert.Single(Regex.Matches(html, "<script>"));
    }

    [Fact]
    public void Report_FitsAPhoneAndCanBeSorted()
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        HtmlReport.Write(folder["r.html"], Summary(), new HtmlReportOptions { LabelNames = Names });

        // Then: on small screens each value stands beside its column's name, and any order leaves each row complete
        string html = File.ReadAllText(folder["r.html"]);
        Assert.Contains("<td data-label=\"Hausdorff Distance 95 (mm)\">1.500</td>", html, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(html, "<th scope=\"row\">(a|b)</th><td class=\"left\"><span class=\"dot b1\">"));
        Assert.DoesNotContain("<th scope=\"row\"></th>", html, StringComparison.Ordinal);
        Assert.Contains("aria-sort", html, StringComparison.Ordinal);
        Assert.Contains("@media (max-width:560px)", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_HasTheColoursOfThePictures()
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        HtmlReport.Write(folder["r.html"], Summary(), new HtmlReportOptions());

        // Then: label 2, the second structure, is sky blue everywhere
        Assert.Equal(((byte)0x56, (byte)0xb4, (byte)0xe9), LabelColours.Of(2));
        Assert.Contains(".b1 { background:#56b4e9; }", File.ReadAllText(folder["r.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_IsWellFormed()
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        HtmlReport.Write(folder["r.html"], Summary(), new HtmlReportOptions { LabelNames = Names });

        // Then
        string html = File.ReadAllText(folder["r.html"]);
        string body = html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)];
        Assert.Equal("body", System.Xml.Linq.XElement.Parse(body).Name.LocalName);
    }

    [Fact]
    public void Report_WithoutForeground_IsRefused()
    {
        SegmentationSummary background = SegmentationSummary.From([Case("a", new() { ["0"] = new() { ["Dice"] = 1 } })], new EvaluationOptions());

        EvaluationException error = Assert.Throws<EvaluationException>(() => HtmlReport.Write("r.html", background));

        Assert.Contains("no case has a foreground structure", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelNames_StandBesideTheReferencesOrAbove()
    {
        // Given
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["task/labelsTr"]);
        Directory.CreateDirectory(folder["broken"]);
        File.WriteAllText(folder["task/dataset.json"], """{ "modality": { "0": "MRI" }, "labels": { "0": "background", "1": "liver" }, "training": [] }""");
        File.WriteAllText(folder["broken/dataset.json"], "{");

        // Then
        Assert.Equal("liver", LabelNames.Near(folder["task/labelsTr"])["1"]);
        Assert.Equal("liver", LabelNames.Near(folder["task"])["1"]);
        Assert.Equal("liver", LabelNames.Near(folder["nowhere"], null, folder["task/labelsTr"])["1"]);
        Assert.Equal("liver", LabelNames.Near(folder["task/dataset.json"])["1"]);
        Assert.Empty(LabelNames.Near(folder["broken"]));
        Assert.Empty(LabelNames.Near(folder["nowhere"]));
    }

    private static SegmentationSummary Summary() => SegmentationSummary.From(
        [
            Case("a", new() { ["1"] = new() { ["Dice"] = 0.25, ["Hausdorff Distance 95"] = 1.5 }, ["2"] = new() { ["Dice"] = 1, ["Hausdorff Distance 95"] = double.NaN } }),
            Case("b", new() { ["1"] = new() { ["Dice"] = 0.75, ["Hausdorff Distance 95"] = 2.5 }, ["2"] = new() { ["Dice"] = double.NaN, ["Hausdorff Distance 95"] = double.NaN } }),
        ],
        new EvaluationOptions());

    private static CaseScores Case(string caseId, SortedDictionary<string, SortedDictionary<string, double>> labels) =>
        new() { Reference = $"r/{caseId}.nii.gz", Test = $"p/{caseId}.nii.gz", Labels = labels };
}
