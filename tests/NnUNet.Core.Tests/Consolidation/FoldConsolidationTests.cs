using System.Text.Json.Nodes;
using NnUNet.Core.Consolidation;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Tests.Postprocessing;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Consolidation;

public sealed class FoldConsolidationTests
{
    [SkippableTheory]
    [InlineData("2d", "nnUNetTrainerV2")]
    [InlineData("3d_lowres", "nnUNetTrainerV2")]
    [InlineData("3d_fullres", "nnUNetTrainerV2")]
    [InlineData("3d_cascade_fullres", "nnUNetTrainerV2CascadeFullRes")]
    public void Run_RecordedModel_EqualsTheOriginal(string configuration, string trainer)
    {
        // Given
        string golden = ModelOf(configuration, trainer);
        using TemporaryFolder model = new();
        CopyInputs(golden, model);

        // When
        FoldConsolidationResult result = FoldConsolidation.Run(model.Root);

        // Then
        LabelFolders.AssertEqual(Path.Combine(golden, "cv_niftis_raw"), model["cv_niftis_raw"]);
        LabelFolders.AssertEqual(Path.Combine(golden, "cv_niftis_postprocessed"), model["cv_niftis_postprocessed"]);
        JsonAssert.Close(
            JsonNode.Parse(File.ReadAllText(Path.Combine(golden, "postprocessing.json"))), JsonNode.Parse(File.ReadAllText(model["postprocessing.json"])), 1e-15);
        AssertMeans(Path.Combine(golden, "cv_niftis_postprocessed"), SegmentationSummary.Read(model["cv_niftis_postprocessed/summary.json"]), new Dictionary<string, string>());

        // the original exchanges prediction and reference in the raw summary
        AssertMeans(Path.Combine(golden, "cv_niftis_raw"), result.Raw, ExchangedNames);
        Assert.Equal(model["gt_niftis/case_0.nii.gz"], result.Raw.Results.All[0].Reference);
    }

    [SkippableFact]
    public void Run_Again_ReusesWhatIsCurrentAndDoesTheRestAnew()
    {
        // Given
        using TemporaryFolder model = new();
        CopyInputs(ModelOf("2d", "nnUNetTrainerV2"), model);
        FoldConsolidationOptions options = new() { ReuseCurrent = true };
        bool first = FoldConsolidation.Run(model.Root, options).Reused;
        byte[] decision = File.ReadAllBytes(model["postprocessing.json"]);

        // When
        bool second = FoldConsolidation.Run(model.Root, options).Reused;
        File.Delete(model["cv_niftis_postprocessed/case_3.nii.gz"]);
        bool afterLoss = FoldConsolidation.Run(model.Root, options).Reused;
        File.SetLastWriteTimeUtc(model["fold_2/validation_raw/case_4.nii.gz"], DateTime.UnixEpoch);
        bool afterChange = FoldConsolidation.Run(model.Root, options).Reused;

        // Then
        Assert.Equal([false, true, false, false], [first, second, afterLoss, afterChange]);
        Assert.True(File.Exists(model["cv_niftis_postprocessed/case_3.nii.gz"]));
        Assert.Equal(decision, File.ReadAllBytes(model["postprocessing.json"]));
    }

    [SkippableFact]
    public void Run_AResultCutOff_IsMadeAgain_AndARecheckFindsContentsThatChangedWithSizeAndTimeKept()
    {
        // Given
        using TemporaryFolder model = new();
        CopyInputs(ModelOf("2d", "nnUNetTrainerV2"), model);
        FoldConsolidationOptions options = new() { ReuseCurrent = true };
        FoldConsolidation.Run(model.Root, options);
        byte[] whole = File.ReadAllBytes(model["cv_niftis_raw/case_3.nii.gz"]);

        // When
        File.WriteAllBytes(model["cv_niftis_raw/case_3.nii.gz"], []);
        bool afterCut = FoldConsolidation.Run(model.Root, options).Reused;
        byte[] mended = File.ReadAllBytes(model["cv_niftis_raw/case_3.nii.gz"]);
        string file = model["fold_2/validation_raw/case_4.nii.gz"];
        DateTime time = File.GetLastWriteTimeUtc(file);
        byte[] content = File.ReadAllBytes(file);
        content[4] ^= 1; // a byte of the gzip header that decides nothing
        File.WriteAllBytes(file, content);
        File.SetLastWriteTimeUtc(file, time);
        bool unseen = FoldConsolidation.Run(model.Root, options).Reused;
        bool rechecked = FoldConsolidation.Run(model.Root, options with { Recheck = true }).Reused;
        bool after = FoldConsolidation.Run(model.Root, options with { Recheck = true }).Reused;

        // Then
        Assert.Equal((false, true, false, true), (afterCut, unseen, rechecked, after));
        Assert.Equal(whole, mended);
    }

    [SkippableFact]
    public void Run_FoldsThatDoNotBeginAtZero_ArePooledByTheirNumbers()
    {
        // Given
        using TemporaryFolder model = new();
        CopyInputs(ModelOf("2d", "nnUNetTrainerV2"), model);

        // When
        FoldConsolidationResult result = FoldConsolidation.Run(
            model.Root, new FoldConsolidationOptions { Folds = [1, 3], RequireAllCases = false, Postprocess = false });

        // Then
        Assert.Null(result.Decision);
        Assert.Equal(
            ["case_2.nii.gz", "case_3.nii.gz", "case_6.nii.gz", "case_7.nii.gz"], Directory.GetFiles(model["cv_niftis_raw"], "*.gz").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Run_MissingFolds_AreAllNamed()
    {
        // Given
        using TemporaryFolder model = new();
        CopyInputs(ModelOf("2d", "nnUNetTrainerV2"), model);
        Directory.Delete(model["fold_1"], recursive: true);
        Directory.Delete(model["fold_2/validation_raw"], recursive: true);
        File.Delete(model["fold_4/validation_raw/summary.json"]);

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => FoldConsolidation.Run(model.Root));

        // Then
        Assert.Equal("fold 1 is not trained, fold 2 has no validation_raw, fold 4 is not validated to the end (validation_raw has no summary.json)", e.What);
    }

    [SkippableFact]
    public void Run_CaseThatNoFoldValidated_IsNamed()
    {
        // Given
        using TemporaryFolder model = new();
        CopyInputs(ModelOf("2d", "nnUNetTrainerV2"), model);

        // When
        PostprocessingException e = Assert.Throws<PostprocessingException>(() => FoldConsolidation.Run(model.Root, new FoldConsolidationOptions { Folds = [0, 1, 2, 3] }));

        // Then
        Assert.Equal("2 of 10 cases were validated in none of the folds 0, 1, 2, 3, the first is case_8", e.What);
    }

    /// <summary>What a metric is called when prediction and reference change places; nothing else is defined differently.</summary>
    internal static IReadOnlyDictionary<string, string> ExchangedNames { get; } = new Dictionary<string, string>
    {
        ["Precision"] = "Recall",
        ["Recall"] = "Precision",
        ["False Discovery Rate"] = "False Negative Rate",
        ["False Negative Rate"] = "False Discovery Rate",
        ["False Positive Rate"] = "False Omission Rate",
        ["False Omission Rate"] = "False Positive Rate",
        ["True Negative Rate"] = "Negative Predictive Value",
        ["Negative Predictive Value"] = "True Negative Rate",
        ["Total Positives Test"] = "Total Positives Reference",
        ["Total Positives Reference"] = "Total Positives Test",
    };

    internal static void AssertMeans(string goldenFolder, SegmentationSummary actual, IReadOnlyDictionary<string, string> names)
    {
        SegmentationSummary expected = SegmentationSummary.Read(Path.Combine(goldenFolder, "summary.json"));
        (string, string, double)[] right = [.. expected.Results.Mean.SelectMany(label => label.Value.Select(metric => (label.Key, names.GetValueOrDefault(metric.Key, metric.Key), Math.Round(metric.Value, 13)))).Order()];
        (string, string, double)[] given = [.. actual.Results.Mean.SelectMany(static label => label.Value.Select(metric => (label.Key, metric.Key, Math.Round(metric.Value, 13)))).Order()];
        Assert.Equal(right.Where(static r => r.Item1 != "mean"), given.Where(static r => r.Item1 != "mean"));
    }

    private static string ModelOf(string configuration, string trainer) =>
        TestData.Golden($"selection/tree/results/nnUNet/{configuration}/Task777_Toy/{trainer}__nnUNetPlansv2.1");

    private static void CopyInputs(string golden, TemporaryFolder model)
    {
        FolderCopy.Make(Path.Combine(golden, "gt_niftis"), model["gt_niftis"]);
        foreach (string fold in Directory.GetDirectories(golden, "fold_*")) FolderCopy.Make(fold, model[Path.GetFileName(fold)]);
    }
}
