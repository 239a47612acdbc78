using System.Text.Json.Nodes;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Export;
using NnUNet.Core.Postprocessing;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Torch.Training.Validation;

namespace NnUNet.Torch.Tests.Training.Validation;

public sealed class FinalValidationTests : LeakCheckedTest
{
    private static readonly string[] Validated = ["toy_000", "toy_007"];

    [Fact]
    public void Progress_TellsTilesOfEachCase_ThenScoringAndPostprocessing()
    {
        // Given a trained fold of which one validation case is to be predicted again
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy));
        File.Delete(Path.Combine(toy.FoldPath, "validation_raw", "toy_007.nii.gz"));
        List<TrainingProgress> heard = [];
        List<TrainingProgress> observed = [];

        // When
        TrainingRun.Execute(
            Short(toy) with { ValidationOnly = true, Validation = new ValidationOptions { Overwrite = false }, Observers = [new Watch(p => Add(observed, p))] },
            new Watch(p => Add(heard, p)));

        // Then
        Assert.All(heard, static p => Assert.Equal(2, p.Total));
        Assert.Equal(["predicting", "scoring"], heard.Select(static p => p.Step).Distinct().Take(2));
        Assert.True(heard.Select(static p => p.Step).Distinct().Count() > 2, "the decision about postprocessing is told");
        Assert.Equal(Validated, heard.Where(static p => p.Text.Length > 0).Select(static p => p.Text));
        Assert.Null(heard[0].Prediction);
        PredictProgress[] tiles = [.. heard.Where(static p => p.Prediction is { Tiles.Total: > 0 }).Select(static p => p.Prediction!.Value)];
        Assert.All(tiles, static p => Assert.Equal("toy_007", p.CaseId));
        Assert.Equal(tiles.Select(static p => p.Share).Order(), tiles.Select(static p => p.Share));
        Assert.Equal((1.0, tiles[0].Tiles.Total), (tiles[^1].Share, tiles[^1].Tiles.Done));
        Assert.Equal((0, 2), (heard.First(static p => p.Step == "scoring").Done, heard.Last(static p => p.Step == "scoring").Done));
        Assert.Equal(heard.Count, observed.Count);

        // Reports come from the threads that work.
        static void Add(List<TrainingProgress> to, TrainingProgress report)
        {
            if (report.Phase != TrainingPhase.FinalValidation) return;
            lock (to) to.Add(report);
        }
    }

    [Fact]
    public void Probabilities_AreWrittenWhereTheyAreAskedFor()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(Short(toy) with { Validation = new ValidationOptions { SaveProbabilities = true, Postprocess = false } });

        Assert.Equal(
            [
                "summary.json",
                .. Validated.SelectMany(static c => (string[])[$"{c}.json", $"{c}.nii.gz", $"{c}.npz", $"{c}.pkl"]),
                "validation_args.json",
            ],
            FilesOf(toy, "validation_raw"));
        NpyArray softmax = NpzFile.Read(Path.Combine(toy.FoldPath, "validation_raw", "toy_000.npz"))[ProbabilityFile.Key];
        Assert.Equal([3, 10, 20, 18], softmax.Shape);
    }

    [Theory]
    [InlineData(".hdr", ".hdr", ".img")]
    [InlineData(".hdr.gz", ".hdr.gz", ".img.gz")]
    [InlineData(".NII", ".nii", "")]
    public void Predictions_HaveTheEndingOfTheReferences_AndAllTheirFiles(string ending, string opens, string other)
    {
        // Given
        using ToyTask toy = new(ending);
        File.WriteAllText(Path.Combine(toy.ReferencePath, "._toy_000" + ending), "no image");
        TrainingOptions options = Short(toy) with { Validation = new ValidationOptions { SaveProbabilities = true } };
        string[] files = [.. Validated.SelectMany(c => new[] { c + opens, other.Length > 0 ? c + other : "" }).Where(static f => f.Length > 0)];

        // When
        TrainingRun.Execute(options);

        // Then
        Assert.Equal(files, FilesOf(toy, "validation_raw").Where(f => f.EndsWith(opens, StringComparison.Ordinal) || (other.Length > 0 && f.EndsWith(other, StringComparison.Ordinal))));
        Assert.Equal(files, FilesOf(toy, "validation_raw_postprocessed").Where(static f => f != "summary.json"));
        Assert.True(File.Exists(Path.Combine(toy.FoldPath, "validation_raw", "toy_000.npz")));
        Assert.Equal(Directory.GetFiles(toy.ReferencePath, "toy*").Length, Directory.GetFiles(Path.Combine(toy.ModelPath, "gt_niftis")).Length);
        Assert.True(FinalValidation.IsComplete(toy.FoldPath, new Fold([], [.. Validated]), options.Validation));
        ImageLocation.Of(Path.Combine(toy.FoldPath, "validation_raw", "toy_007" + opens))!.Delete();
        Assert.False(FinalValidation.IsComplete(toy.FoldPath, new Fold([], [.. Validated]), options.Validation));
    }

    [Theory]
    [InlineData(".nii", ".nii")]
    [InlineData(".dcm", ".nii.gz")] // of no format that is written here: the references' own
    public void Predictions_HaveTheFileEndingOfTheDataset(string fileEnding, string expected)
    {
        // Given references as .nii.gz, and what the data set says about its results
        using ToyTask toy = new();
        File.WriteAllText(
            Path.Combine(Path.GetDirectoryName(toy.ReferencePath)!, "dataset.json"),
            $$"""{ "modality": { "0": "MR" }, "labels": { "0": "background", "1": "ball", "2": "core" }, "training": [], "file_ending": "{{fileEnding}}" }""");

        // When
        TrainingRun.Execute(Short(toy));

        // Then
        foreach (string folder in (string[])["validation_raw", "validation_raw_postprocessed"])
        {
            Assert.Equal(Validated.Select(c => c + expected), ImageLocation.In(Path.Combine(toy.FoldPath, folder)).Select(static i => i.FileName));
        }

        Assert.All(ImageLocation.In(Path.Combine(toy.ModelPath, "gt_niftis")), static i => Assert.Equal(".nii.gz", i.Ending));
    }

    [Fact]
    public void PredictionsOfAnotherCheckpoint_OrCutOff_AreMadeAgain_EvenWhereThoseThatAreThereStay()
    {
        // Given
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy));
        TrainingOptions keeping = toy.Options with { ValidationOnly = true, Epochs = null, Iterations = null, Validation = new ValidationOptions { Overwrite = false } };
        Fold fold = new([], [.. Validated]);
        string first = Path.Combine(toy.FoldPath, "validation_raw", "toy_000.nii.gz"), second = Path.Combine(toy.FoldPath, "validation_raw", "toy_007.nii.gz");
        byte[] whole = File.ReadAllBytes(second);
        DateTime made = File.GetLastWriteTimeUtc(first);

        // When
        File.WriteAllBytes(second, []);
        TrainingRun.Execute(keeping);
        DateTime kept = File.GetLastWriteTimeUtc(first);
        bool complete = FinalValidation.IsComplete(toy.FoldPath, fold, keeping.Validation);
        string record = Path.Combine(toy.FoldPath, "validation_raw", "provenance", "toy_000.json");
        JsonNode other = JsonNode.Parse(File.ReadAllText(record))!;
        other["model"]![0]!["sha256"] = "00";
        other["model"]![0]!["bytes"] = 1;
        File.WriteAllText(record, other.ToJsonString());
        bool ofAnother = FinalValidation.IsComplete(toy.FoldPath, fold, keeping.Validation);
        TrainingRun.Execute(keeping);

        // Then
        Assert.Equal(made, kept);
        Assert.Equal(whole, File.ReadAllBytes(second));
        Assert.True(complete);
        Assert.False(ofAnother);
        Assert.NotEqual(made, File.GetLastWriteTimeUtc(first));
    }

    [Fact]
    public void Arguments_AreWrittenBesideThePredictions()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(Short(toy));

        JsonNode arguments = JsonNode.Parse(File.ReadAllText(Path.Combine(toy.FoldPath, "validation_raw", "validation_args.json")))!;
        Assert.True((bool)arguments["do_mirroring"]!);
        Assert.True((bool)arguments["use_sliding_window"]!);
        Assert.True((bool)arguments["use_gaussian"]!);
        Assert.True((bool)arguments["overwrite"]!);
        Assert.False((bool)arguments["save_softmax"]!);
        Assert.Equal(0.5, (double)arguments["step_size"]!);
        Assert.Equal("validation_raw", (string?)arguments["validation_folder_name"]);
        Assert.Equal("model_final_checkpoint", (string?)arguments["checkpoint"]);
        Assert.Equal(1, (int)arguments["segmentation_export_kwargs"]!["interpolation_order"]!);
    }

    [Fact]
    public void References_AreCopiedIntoTheModelsFolder()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(Short(toy));

        string reference = Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), "gt_segmentations", "toy_003.nii.gz");
        Assert.Equal(10, Directory.GetFiles(Path.Combine(toy.ModelPath, "gt_niftis")).Length);
        Assert.Equal(File.ReadAllBytes(reference), File.ReadAllBytes(Path.Combine(toy.ModelPath, "gt_niftis", "toy_003.nii.gz")));
    }

    [Fact]
    public void ACorrectedReference_IsCopiedAgain()
    {
        // Given
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy));
        string references = Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), "gt_segmentations");
        File.Copy(Path.Combine(references, "toy_004.nii.gz"), Path.Combine(references, "toy_003.nii.gz"), overwrite: true);
        File.SetLastWriteTimeUtc(Path.Combine(references, "toy_003.nii.gz"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        // When
        TrainingRun.Execute(toy.Options with { ValidationOnly = true, Epochs = null, Iterations = null });

        // Then
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(references, "toy_004.nii.gz")), File.ReadAllBytes(Path.Combine(toy.ModelPath, "gt_niftis", "toy_003.nii.gz")));
    }

    [Fact]
    public void Probabilities_CanBeWrittenLater_AndWhatIsThereStays()
    {
        // Given
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy));
        string first = Path.Combine(toy.FoldPath, "validation_raw", "toy_000.nii.gz"), second = Path.Combine(toy.FoldPath, "validation_raw", "toy_007.nii.gz");
        ValidationOptions validation = new() { SaveProbabilities = true, Overwrite = false };
        TrainingRun.Execute(ValidateOnly(toy, validation));
        DateTime then = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(first, then);
        File.Delete(second);

        // When
        TrainingRun.Execute(ValidateOnly(toy, validation));

        // Then: the whole one is left alone, the other one is predicted
        Assert.Equal(then, File.GetLastWriteTimeUtc(first));
        Assert.True(File.Exists(second));
        Assert.True(File.Exists(Path.ChangeExtension(Path.ChangeExtension(second, null), ".npz")));
    }

    [Fact]
    public void BestCheckpoint_CanBeValidatedInAFolderOfItsOwn()
    {
        // Given a best checkpoint and no final one
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy));
        File.Delete(Path.Combine(toy.FoldPath, "model_final_checkpoint.safetensors"));

        // When
        TrainingResult result = TrainingRun.Execute(ValidateOnly(toy, new ValidationOptions { Best = true, FolderName = "validation_best" }));

        // Then
        Assert.True(result.Completed);
        JsonNode arguments = JsonNode.Parse(File.ReadAllText(Path.Combine(toy.FoldPath, "validation_best", "validation_args.json")))!;
        Assert.Equal("model_best", (string?)arguments["checkpoint"]);
        Assert.True(File.Exists(Path.Combine(toy.FoldPath, "validation_best", "summary.json")));
    }

    [Fact]
    public void BestCheckpoint_WithTrainingIsRefused()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(Short(toy) with { Validation = new ValidationOptions { Best = true } }));

        Assert.Contains("only where nothing is trained (-val)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("C:")]
    public void AFolderElsewhere_IsRefused(string name)
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(Short(toy) with { Validation = new ValidationOptions { FolderName = name } }));

        Assert.Contains($"the validation folder is \"{name}\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Postprocessing_IsDecidedOnTheFold()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(Short(toy));

        PostprocessingDecision decision = PostprocessingDecision.Read(Path.Combine(toy.FoldPath, "postprocessing.json"));
        Assert.Equal(2, decision.NumSamples);
        Assert.Equal("validation_raw", decision.ValidationRaw);
        Assert.Equal("validation_raw_postprocessed", decision.ValidationFinal);
        Assert.Equal(["summary.json", .. Validated.Select(static c => c + ".nii.gz")], FilesOf(toy, "validation_raw_postprocessed"));
    }

    [Fact]
    public void Postprocessing_CanBeLeftOut()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(Short(toy) with { Validation = new ValidationOptions { Postprocess = false } });

        Assert.False(File.Exists(Path.Combine(toy.FoldPath, "postprocessing.json")));
        Assert.False(Directory.Exists(Path.Combine(toy.FoldPath, "validation_raw_postprocessed")));
    }

    [Fact]
    public void CasesThatHaveLeftTheFold_AreRemoved()
    {
        // Given predictions of another split
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy) with { Validation = new ValidationOptions { SaveProbabilities = true } });
        Folds.Write(Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), Folds.FileName), [new Fold([.. Cases[1..]], [Cases[0]])]);

        // When
        TrainingRun.Execute(ValidateOnly(toy, new ValidationOptions()));

        // Then
        Assert.Equal(["summary.json", "toy_000.json", "toy_000.nii.gz", "toy_000.npz", "toy_000.pkl", "validation_args.json"], FilesOf(toy, "validation_raw"));
        Assert.Equal(1, PostprocessingDecision.Read(Path.Combine(toy.FoldPath, "postprocessing.json")).NumSamples);
    }

    [Fact]
    public void AMissingReference_IsNamedBeforeAnythingIsPredicted()
    {
        // Given
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy));
        File.Delete(Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), "gt_segmentations", "toy_007.nii.gz"));
        Directory.Delete(Path.Combine(toy.FoldPath, "validation_raw"), recursive: true);

        // When
        DescribedException error = Assert.Throws<DescribedException>(() => TrainingRun.Execute(ValidateOnly(toy, new ValidationOptions())));

        // Then
        Assert.Contains("there is no reference segmentation of toy_007", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(toy.FoldPath, "validation_raw")));
    }

    [Fact]
    public void AnInterruptedValidation_LeavesNoScoresOfAnotherOne()
    {
        // Given
        using ToyTask toy = new();
        TrainingRun.Execute(Short(toy));
        using CancellationTokenSource cancel = new();
        Watch stop = new(p => cancel.CancelOnceIn(TrainingPhase.FinalValidation, p.Phase));

        // When
        TrainingResult result = TrainingRun.Execute(ValidateOnly(toy, new ValidationOptions()), stop, cancel.Token);

        // Then
        Assert.False(result.Completed);
        Assert.False(File.Exists(Path.Combine(toy.FoldPath, "validation_raw", SegmentationSummary.FileName)));
    }

    [Fact]
    public void FoldAll_SaysThatItsScoresAreNotOfNewImages()
    {
        using ToyTask toy = new();
        List<string> notices = [];

        TrainingRun.Execute(Short(toy) with { Fold = Folds.All }, new Watch(p => notices.Add(p.Text)));

        Assert.Contains("these cases were trained on: their scores say nothing about new images", notices);
    }

    [Fact]
    public void AFoldOfTheUsersOwnSplits_MayBeBeyondTheFifth()
    {
        // Given seven splits
        using ToyTask toy = new();
        Fold[] splits = [.. Enumerable.Range(0, 7).Select(static k => new Fold([.. Cases.Where((_, i) => i != k)], [Cases[k]]))];
        Folds.Write(Path.Combine(toy.Workspace.PreprocessedTask("Task900_Toy"), Folds.FileName), splits);

        // When
        TrainingResult result = TrainingRun.Execute(Short(toy) with { Fold = "6" });

        // Then
        Assert.Equal("fold_6", Path.GetFileName(result.FoldPath));
        CaseScores scored = Assert.Single(result.Summary!.Results.All);
        Assert.EndsWith("toy_006.nii.gz", scored.Test, StringComparison.Ordinal);
    }

    [Fact]
    public void AFoldBeyondTheSplits_IsTheOriginalsSeededOne()
    {
        using ToyTask toy = new();

        TrainingResult result = TrainingRun.Execute(Short(toy) with { Fold = "11" });

        Assert.Equal("fold_11", Path.GetFileName(result.FoldPath));
        Assert.Equal(2, result.Summary!.Results.All.Count);
    }

    private static string[] Cases { get; } = [.. Enumerable.Range(0, 10).Select(static i => $"toy_{i:000}")];

    private static TrainingOptions Short(ToyTask toy) => toy.Options with { Epochs = 1, Iterations = 1 };

    private static TrainingOptions ValidateOnly(ToyTask toy, ValidationOptions validation) =>
        toy.Options with { ValidationOnly = true, Epochs = null, Iterations = null, Validation = validation };

    private static string[] FilesOf(ToyTask toy, string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(toy.FoldPath, folder)).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
