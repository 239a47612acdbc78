using NnUNet.Testing;
using NnUNet.Web.Dashboard.Scores;

namespace NnUNet.Web.Tests.Dashboard.Scores;

/// <summary>Scores of either generation.</summary>
public sealed class ScoreFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Regions_StandBehindLabels()
    {
        ScoreFile scores = Read(
            """{"results": {"all": [{"2": {"Dice": 0.2}, "10": {"Dice": 0.3}, "0": {"Dice": 1}, "test": "a.nii.gz"}]}, "regions": {"all": [{"tumour": {"Dice": 0.4}, "test": "a.nii.gz"}], "definition": []}}""");

        Assert.Equal(["2", "10", "tumour"], scores.Structures);
        Assert.Equal(1, scores.Regions);
        Assert.Equal([0.2, 0.3, 0.4], scores.Cases[0].Values.Select(static v => v[ScoreFile.Dice]));
    }

    [Fact]
    public void ThePythonOriginals_WriteBareNaN()
    {
        ScoreFile scores = Read("""{"results": {"all": [{"1": {"Dice": NaN, "Recall": 0.5}, "test": "C:\\data\\case.1.nii.gz"}]}}""");

        Assert.Equal(("case.1", "case.1.nii.gz"), (scores.Cases[0].Case, scores.Cases[0].Prediction));
        Assert.True(double.IsNaN(scores.Cases[0].Values[0][ScoreFile.Dice]));
    }

    [Fact]
    public void AFileWithoutCases_HasNoStructures() => Assert.Empty(Read("""{"results": {"all": []}}""").Structures);

    private ScoreFile Read(string text)
    {
        File.WriteAllText(_folder["summary.json"], text);
        return ScoreFile.Read(_folder["summary.json"], "summary.json");
    }
}
