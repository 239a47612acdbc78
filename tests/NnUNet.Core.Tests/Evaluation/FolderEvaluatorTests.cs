using System.Text.Json.Nodes;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Evaluation;

public sealed class FolderEvaluatorTests
{
    [SkippableFact]
    public void Evaluate_GoldenFolder_EqualsTheOriginalsSummary()
    {
        // Given
        string folder = TestData.Golden("evaluation/folder");
        SegmentationSummary expected = SegmentationSummary.Read(Path.Combine(folder, "prediction", "summary.json"));

        // When
        SegmentationSummary summary = FolderEvaluator.Evaluate(Path.Combine(folder, "reference"), Path.Combine(folder, "prediction"), [1, 2]);

        // Then: the recorded paths are relative, and time, author and id differ by design
        JsonNode actualResults = JsonNode.Parse(ProductJson.ToNode(summary.Results)!.ToJsonString().Replace(folder + "/", "", StringComparison.Ordinal))!;
        AssertSame(ProductJson.ToNode(expected.Results)!, actualResults);
        Assert.Equal(["extra_reference_only.nii.gz"], summary.MissingPredictions);
        Assert.Equal(("Fabian", ""), (expected.Author, summary.Author));
        Assert.Equal(12, summary.Id.Length);
    }

    [SkippableFact]
    public void Evaluate_Twice_WritesTheSameBytes()
    {
        // Given
        string folder = TestData.Golden("evaluation/folder");
        using TemporaryFolder output = new();

        // When
        FolderEvaluator.Evaluate(Path.Combine(folder, "reference"), Path.Combine(folder, "prediction"), [1, 2], new EvaluationOptions { Advanced = true }).Write(output["a.json"]);
        FolderEvaluator.Evaluate(Path.Combine(folder, "reference"), Path.Combine(folder, "prediction"), [1, 2], new EvaluationOptions { Advanced = true, Threads = 1 }).Write(output["b.json"]);

        // Then
        Assert.Equal(File.ReadAllText(output["a.json"]), File.ReadAllText(output["b.json"]));
    }

    [Fact]
    public void Evaluate_LabelsThatNoStructureHas_AreTold()
    {
        // Given 255 in a prediction, and -1 in a reference
        using TemporaryFolder root = new();
        Extent extent = new(1, 1, 4);
        ImageFile.WriteLabels(root["ref/a.nii.gz"], new Volume<short>([0, 1, 2, -1], extent));
        ImageFile.WriteLabels(root["pred/a.nii.gz"], new Volume<short>([0, 1, 2, 2], extent));
        ImageFile.WriteLabels(root["ref/b.nii.gz"], new Volume<short>([0, 1, 2, 2], extent));
        ImageFile.WriteLabels(root["pred/b.nii.gz"], new Volume<short>([0, 255, 255, 2], extent));

        // When
        SegmentationSummary summary = FolderEvaluator.Evaluate(root["ref"], root["pred"], [1]);

        // Then
        Assert.Equal([new NotScoredLabel(-1, 1, "a"), new NotScoredLabel(2, 2, "a"), new NotScoredLabel(255, 1, "b")], summary.NotScored);
        Assert.Empty(FolderEvaluator.Evaluate(root["ref"], root["pred"], []).NotScored);
    }

    [Fact]
    public void Bytes_GoByTheLargerHeader_AndSurfacesTakeMore()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["a.nii.gz"], new Extent(3, 4, 5));
        Write(root["b.nii.gz"], new Extent(6, 4, 5));
        SegmentationPair pair = new(root["a.nii.gz"], root["b.nii.gz"]);

        // Then
        Assert.Equal(120 * 8, FolderEvaluator.Bytes(pair, new EvaluationOptions()));
        Assert.Equal(120 * 32, FolderEvaluator.Bytes(pair, new EvaluationOptions { Advanced = true }));
    }

    [Fact]
    public void Evaluate_MoreThanTheProgramMayTake_IsRefusedAndTheOthersAreCompared()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["ref/large.nii.gz"], new Extent(30, 40, 50));
        Write(root["pred/large.nii.gz"], new Extent(30, 40, 50));
        Write(root["ref/small.nii.gz"], new Extent(3, 4, 5));
        Write(root["pred/small.nii.gz"], new Extent(3, 4, 5));
        List<string> told = [];
        using IDisposable limit = MemoryLimit.Set(30 * 40 * 50 * 8 - 1);

        // When
        EvaluationException error = Assert.Throws<EvaluationException>(() => FolderEvaluator.Evaluate(
            root["ref"], root["pred"], [1], new EvaluationOptions { Threads = 1 }, new Relay<EvaluationProgress>(p => told.Add(p.CaseId))));

        // Then
        Assert.Contains("large.nii.gz: the case needs about 0.01 GB of memory, but 0.00 GB may be used", error.What, StringComparison.Ordinal);
        Assert.DoesNotContain("small", error.What, StringComparison.Ordinal);
        Assert.Equal(["", "large", "small"], told);
    }

    [Fact]
    public void Evaluate_CasesThatDoNotFit_AreAllInOneReport()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["ref/good.nii.gz"], new Extent(3, 4, 5));
        Write(root["pred/good.nii.gz"], new Extent(3, 4, 5));
        Write(root["ref/shape.nii.gz"], new Extent(3, 4, 5));
        Write(root["pred/shape.nii.gz"], new Extent(3, 4, 6));
        Write(root["ref/place.nii.gz"], new Extent(3, 4, 5));
        Write(root["pred/place.nii.gz"], new Extent(3, 4, 5), 2);

        // When
        EvaluationException e = Assert.Throws<EvaluationException>(() => FolderEvaluator.Evaluate(root["ref"], root["pred"], [1]));

        // Then
        Assert.Contains("2 of 3 cases", e.Where, StringComparison.Ordinal);
        Assert.Contains("shape.nii.gz: the prediction has 3x4x6 voxels (z, y, x), but the reference has 3x4x5", e.What, StringComparison.Ordinal);
        Assert.Contains("place.nii.gz", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_PredictionWithoutReference_IsNamed()
    {
        // Given
        using TemporaryFolder root = new();
        Write(root["ref/a.nii.gz"], new Extent(3, 4, 5));
        Write(root["pred/a.nii.gz"], new Extent(3, 4, 5));
        Write(root["pred/b.nii.gz"], new Extent(3, 4, 5));

        // When
        EvaluationException e = Assert.Throws<EvaluationException>(() => FolderEvaluator.Evaluate(root["ref"], root["pred"], [1]));

        // Then
        Assert.Contains("1 of 2 predictions have no reference", e.What, StringComparison.Ordinal);
        Assert.Contains("(b)", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_EmptyOrMissingFolder_SaysSo()
    {
        // Given
        using TemporaryFolder root = new();
        Directory.CreateDirectory(root["empty"]);

        // When
        EvaluationException empty = Assert.Throws<EvaluationException>(() => FolderEvaluator.Evaluate(root["empty"], root["empty"], [1]));
        EvaluationException missing = Assert.Throws<EvaluationException>(() => FolderEvaluator.Evaluate(root["nowhere"], root["empty"], [1]));

        // Then
        Assert.Contains("no segmentation", empty.What, StringComparison.Ordinal);
        Assert.Contains("no such folder", missing.What, StringComparison.Ordinal);
    }

    private static void Write(string path, Extent extent, double originZ = 0)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Volume<short> labels = new(extent, ImageGeometry.Identity with { ItkOrigin = [0, 0, originZ] });
        labels[1, 1, 1] = 1;
        ImageFile.WriteLabels(path, labels);
    }

    private static void AssertSame(JsonNode expected, JsonNode actual)
    {
        // Means are sums of a few numbers in another order: compare to 14 digits, all else exactly.
        Assert.Equal(Rounded(expected), Rounded(actual));
    }

    private static string Rounded(JsonNode node) => System.Text.RegularExpressions.Regex.Replace(
        node.ToJsonString(), @"\d\.\d{15,}", static m => double.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture).ToString("F14", System.Globalization.CultureInfo.InvariantCulture));
}
