using System.Text.Json.Nodes;
using Json.Schema;
using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Cli.Tests.Commands;

public sealed class JsonDocumentTests : IDisposable
{
    private const string Task = "w/raw/nnUNet_raw_data/Task007_Tiny";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Doctor_TellsVersionsAndFolders()
    {
        JsonObject document = Document(ProgramRun.Of("doctor", "--json", "--workspace", _folder["w"]), "doctor", 0);

        Assert.NotNull(document["result"]!["versions"]!["libtorch"]);
        Assert.Equal("cpu", (string?)document["result"]!["computing"]!["devices"]![0]!["name"]);
        Assert.Equal(_folder["w/results"], (string?)document["result"]!["folders"]![2]!["path"]);
    }

    [Fact]
    public void DocumentInAFile_LeavesTheOutputToPeople()
    {
        ProgramRun run = ProgramRun.Of("doctor", "--json", _folder["new/doctor.json"], "--workspace", _folder["w"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("Versions", run.Output, StringComparison.Ordinal);
        Valid("doctor", File.ReadAllText(_folder["new/doctor.json"]));
    }

    [Fact]
    public void DocumentThatCannotBeWritten_IsAFailure()
    {
        Directory.CreateDirectory(_folder["taken"]);

        ProgramRun run = ProgramRun.Of("doctor", "--json", _folder["taken"], "--workspace", _folder["w"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"--json {_folder["taken"]}: the document cannot be written", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelInfo_TellsTheModel_WhereverTheOptionStands()
    {
        using SmallModel model = new(folds: 2);

        JsonObject before = Document(ProgramRun.Of("model_info", "--json", model.Folder, "--files_only"), "model_info", 0);
        JsonObject behind = Document(ProgramRun.Of("model_info", model.Folder, "--json", "-"), "model_info", 0);

        Assert.Null(before["result"]!["estimate"]);
        Assert.Equal(model.Folder, (string?)before["result"]!["path"]);
        Assert.Equal("[8,8,8]", behind["result"]!["facts"]!["patch"]!.ToJsonString());
        Assert.Equal(2, (int)behind["result"]!["estimate"]!["networks"]!);
        Assert.Equal(["0", "1"], behind["result"]!["facts"]!["folds"]!.AsArray().Select(static f => (string?)f!["name"]));
    }

    [Fact]
    public void ModelThatIsNotThere_IsAnErrorWithItsParts()
    {
        JsonObject document = Document(ProgramRun.Of("model_info", "--json", "-", _folder["nowhere"]), "model_info", 1);

        Assert.Null(document["result"]);
        Assert.Equal($"{document["error"]!["where"]}: {document["error"]!["what"]}; {document["error"]!["remedy"]}.", (string?)document["error"]!["message"]);
        Assert.Contains(_folder["nowhere"], (string?)document["error"]!["where"], StringComparison.Ordinal);
    }

    [Fact]
    public void WrongUsage_IsInTheDocumentToo()
    {
        JsonObject unknown = Document(ProgramRun.Of("nnUNet_predict", "--json", "-", "--quickly"), "predict", 2);
        JsonObject neither = Document(ProgramRun.Of("nnUNet_predict", "-i", _folder["i"], "-o", _folder["o"], "--json"), "predict", 2);

        Assert.StartsWith("there is no option --quickly", (string?)unknown["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal("-t or --model_folder is missing: which model predicts", (string?)neither["error"]!["message"]);
    }

    [Fact]
    public void Verify_TellsEveryFault_AndNotesWhatHasNone()
    {
        // Given one task without faults, and the same with a file cut off
        SyntheticDataset.Write(_folder[Task], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 16 });
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task008_Torn"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 16 });
        string torn = Directory.GetFiles(_folder["w/raw/nnUNet_raw_data/Task008_Torn/imagesTr"]).Order(StringComparer.Ordinal).First();
        File.WriteAllBytes(torn, File.ReadAllBytes(torn)[..200]);

        // When
        JsonObject good = Document(ProgramRun.Of("verify", "-t", "7", "--json", "--workspace", _folder["w"]), "verify", 0);
        JsonObject bad = Document(ProgramRun.Of("verify", "-t", "7", "8", "--json", "--workspace", _folder["w"]), "verify", 1);

        // Then
        Assert.Equal("Task007_Tiny 5 0", Summary(good["result"]!["tasks"]![0]!));
        Assert.Equal(["Task007_Tiny 5 0", "Task008_Torn 5 1"], bad["result"]!["tasks"]!.AsArray().Select(static t => Summary(t!)));
        Assert.Contains(Path.GetFileName(torn), (string?)bad["result"]!["tasks"]![1]!["faults"]![0]!["where"], StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["w/preprocessed/Task007_Tiny/dataset_verified.json"]));
        Assert.False(File.Exists(_folder["w/preprocessed/Task008_Torn/dataset_verified.json"]));
    }

    [Fact]
    public void Repair_TellsWhatItMended_AndWhatItLeft()
    {
        // Given a surplus file, an undeclared label and the same image twice
        SyntheticDataset.Write(_folder[Task], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 16 });
        File.WriteAllText(_folder[Task + "/imagesTr/notes.txt"], "x");
        Volume<short> labels = ImageFile.ReadLabels(_folder[Task + "/labelsTr/synthetic_000.nii.gz"]);
        labels.Voxels[0] = 9;
        ImageFile.WriteLabels(_folder[Task + "/labelsTr/synthetic_000.nii.gz"], labels);
        File.Copy(_folder[Task + "/imagesTr/synthetic_001_0000.nii.gz"], _folder[Task + "/imagesTs/synthetic_005_0000.nii.gz"], overwrite: true);

        // When
        JsonNode result = Document(ProgramRun.Of("repair", "7", "--json", "-", "--workspace", _folder["w"]), "repair", 1)["result"]!;

        // Then
        Assert.Equal(("Task100_Tiny", 5, 1), ((string?)result["copy"], (int)result["cases"]!, (int)result["test_cases"]!));
        Assert.Equal("imagesTr/notes.txt", (string?)result["set_aside"]![0]!["where"]);
        Assert.Equal("labelsTr/synthetic_000.nii.gz", (string?)result["left"]![0]!["where"]);
        Assert.Contains(result["findings"]!.AsArray(), static f => (string?)f!["kind"] == "identical" && f["picture"] is not null);
    }

    [Fact]
    public void PlanAndPreprocess_TellsWhatItMade_AndTheFaultsThatStopIt()
    {
        // Given
        SyntheticDataset.Write(_folder[Task], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 16 });
        string[] command = ["nnUNet_plan_and_preprocess", "-t", "7", "-pl3d", "None", "--verify_dataset_integrity", "--json", "--workspace", _folder["w"]];

        // When
        JsonObject made = Document(ProgramRun.Of(command), "plan_and_preprocess", 0);
        File.Delete(Directory.GetFiles(_folder[Task + "/labelsTr"])[0]);
        JsonObject faulty = Document(ProgramRun.Of(command), "plan_and_preprocess", 1);

        // Then
        Assert.Equal(5, (int)made["result"]!["tasks"]![0]!["made"]!);
        Assert.Null(faulty["result"]);
        Assert.Contains("labelsTr/", (string?)faulty["error"]!["faults"]![0]!["where"], StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_TellsWhichCasesFailedAndWhy()
    {
        // Given
        using SmallModel model = new();
        ImageFile.WriteVolume(_folder["in/good_0000.nii.gz"], SmallModel.Image());
        File.WriteAllText(_folder["in/torn_0000.nii.gz"], "this is no image");
        File.Copy(_folder["in/good_0000.nii.gz"], _folder["in/notes.nii.gz"]);

        // When
        JsonObject document = Document(ProgramRun.Of("nnUNet_predict", "-i", _folder["in"], "-o", _folder["out"], "--model_folder", model.Folder, "--disable_tta", "--json"), "predict", 1);
        JsonObject again = Document(ProgramRun.Of("nnUNet_predict", "-i", _folder["in"], "-o", _folder["out"], "--model_folder", model.Folder, "--disable_tta", "--json"), "predict", 1);

        // Then
        JsonNode result = document["result"]!;
        Assert.Null(document["error"]);
        Assert.Equal("""["good"]""", result["predicted"]!.ToJsonString());
        Assert.Equal("""["notes.nii.gz"]""", result["ignored"]!.ToJsonString());
        Assert.Equal(("torn", "preprocessing"), ((string?)result["failures"]![0]!["case"], (string?)result["failures"]![0]!["stage"]));
        Assert.Contains("torn_0000.nii.gz", (string?)result["failures"]![0]!["reason"], StringComparison.Ordinal);
        Assert.Contains(document["warnings"]!.AsArray(), static w => ((string?)w)!.Contains("notes.nii.gz", StringComparison.Ordinal));
        Assert.True((double)result["seconds"]!["network"]! > 0);
        Assert.Equal("""["good"]""", again["result"]!["skipped"]!.ToJsonString());
        Assert.Null(again["result"]!["seconds"]);
    }

    [Fact]
    public void PredictOfVersion2_IsTheSameDocument()
    {
        // Given
        using SmallModel model = new();
        ImageFile.WriteVolume(_folder["in/good_0000.nii.gz"], SmallModel.Image());
        string[] command = ["nnUNetv2_predict_from_modelfolder", "-i", _folder["in"], "-o", _folder["out"], "-m", model.Folder, "-f", "0", "-chk", "model_final_checkpoint", "--disable_tta", "-device", "cpu", "--json"];

        // When
        JsonObject document = Document(ProgramRun.Of(command), "predict", 0);
        JsonObject missing = Document(ProgramRun.Of("nnUNetv2_predict", "-i", _folder["in"], "-o", _folder["out"], "-d", "4", "-c", "2d", "--json", "-", "--workspace", _folder["w"]), "predict", 1);

        // Then
        Assert.Equal("nnUNetv2_predict_from_modelfolder", (string?)document["command"]);
        Assert.Equal("""["good"]""", document["result"]!["predicted"]!.ToJsonString());
        Assert.Null(missing["result"]);
    }

    [Fact]
    public void EvaluateOfVersion2_IsTheSameDocument()
    {
        // Given a case with a label that nobody predicts, and one without a prediction
        ImageFile.WriteLabels(_folder["ref/a.nii.gz"], new Volume<short>([0, 1, 1, 2], new Extent(1, 1, 4)));
        ImageFile.WriteLabels(_folder["ref/b.nii.gz"], new Volume<short>([0, 1, 1, 2], new Extent(1, 1, 4)));
        ImageFile.WriteLabels(_folder["pred/a.nii.gz"], new Volume<short>([0, 1, 0, 2], new Extent(1, 1, 4)));
        File.WriteAllText(_folder["dataset.json"], """{"labels": {"background": 0, "all": [1, 2], "two": [2]}, "regions_class_order": [1, 2], "file_ending": ".nii.gz"}""");
        string[] folders = [_folder["ref"], _folder["pred"]];

        // When
        JsonNode simple = Document(ProgramRun.Of(["nnUNetv2_evaluate_simple", .. folders, "-l", "1", "7", "--chill", "--json", "-"]), "evaluate", 0)["result"]!;
        JsonNode regions = Document(ProgramRun.Of(["nnUNetv2_evaluate_folder", .. folders, "-djfile", _folder["dataset.json"], "-pfile", "plans.json", "--chill", "--json", "-"]), "evaluate", 0)["result"]!;

        // Then
        Assert.Equal(2 / 3.0, (double)simple["mean"]!["1"]!["Dice"]!, 12);
        Assert.Null(simple["cases"]![0]!["labels"]!["7"]!["Dice"]);
        Assert.Empty(simple["regions"]!.AsArray());
        Assert.Equal("""["b.nii.gz"]""", simple["missing_predictions"]!.ToJsonString());
        Assert.Equal("""[{"name":"(1, 2)","labels":[1,2]},{"name":"(2,)","labels":[2]}]""", regions["regions"]!.ToJsonString());
        Assert.Equal(0.8, (double)regions["cases"]![0]!["labels"]!["(1, 2)"]!["Dice"]!, 12);
        Assert.Equal(0.9, (double)regions["foreground_mean_dice"]!, 12);
        Assert.Equal([_folder["pred/summary.json"]], regions["written"]!.AsArray().Select(static f => (string?)f));
    }

    [Fact]
    public void Bundles_TellWhatTheySegment_AndWhereTheirModelsAre()
    {
        // Given
        Directory.CreateDirectory(_folder["w/results/Dataset298_X/nnUNetTrainer_4000epochs_NoMirroring__nnUNetPlans__3d_fullres"]);

        // When
        JsonNode all = Document(ProgramRun.Of("bundle", "list", "--json", "--workspace", _folder["w"]), "bundles", 0)["result"]!;
        JsonNode one = Document(ProgramRun.Of("bundle", "info", "total_fastest", "--json", "-", "--workspace", _folder["w"]), "bundles", 0)["result"]!;
        JsonObject some = Document(ProgramRun.Of("bundle", "info", "body", "totl", "--json", "-", "--workspace", _folder["w"]), "bundles", 1);
        JsonObject none = Document(ProgramRun.Of("bundle", "show", "body", "--json", "-"), "bundles", 2);

        // Then
        Assert.Equal(Core.Bundles.BundleDescriptions.All().Select(static b => b.Name), all["bundles"]!.AsArray().Select(static b => (string?)b!["name"]));
        JsonNode bundle = Assert.Single(one["bundles"]!.AsArray())!;
        Assert.Equal((117, 5), (bundle["labels"]!.AsObject().Count, (int)bundle["labels"]!["liver"]!));
        Assert.Equal(_folder["w/results/Dataset298_X/nnUNetTrainer_4000epochs_NoMirroring__nnUNetPlans__3d_fullres"], (string?)bundle["models"]![0]!["folder"]);
        Assert.Equal(["body"], some["result"]!["bundles"]!.AsArray().Select(static b => (string?)b!["name"]));
        Assert.Contains("prints a bundle's own JSON", (string?)none["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_TellsScores_AndNullWhereThereIsNone()
    {
        // Given
        ImageFile.WriteLabels(_folder["ref/a.nii.gz"], SmallModel.LowResolution());
        ImageFile.WriteLabels(_folder["ref/b.nii.gz"], SmallModel.LowResolution());
        ImageFile.WriteLabels(_folder["pred/a.nii.gz"], SmallModel.LowResolution());

        // When
        JsonObject document = Document(ProgramRun.Of("nnUNet_evaluate_folder", "-ref", _folder["ref"], "-pred", _folder["pred"], "-l", "1", "7", "--csv", _folder["s.csv"], "--json"), "evaluate", 0);

        // Then
        JsonNode result = document["result"]!;
        Assert.Equal(1, (double)result["mean"]!["1"]!["Dice"]!);
        Assert.Null(result["cases"]![0]!["labels"]!["7"]!["Dice"]);
        Assert.Equal("""["b.nii.gz"]""", result["missing_predictions"]!.ToJsonString());
        Assert.Equal([_folder["pred/summary.json"], _folder["s.csv"]], result["written"]!.AsArray().Select(static f => (string?)f));
    }

    [Fact]
    public void Comparison_TellsScoresPlansAndRanks()
    {
        // Given two trainers with one fold each, and one that lacks it
        ComparedTree.Fold(_folder, "3d_fullres", "Task001_A", "X", 0.5);
        ComparedTree.Fold(_folder, "3d_fullres", "Task001_A", "Y", double.NaN);
        ComparedTree.Fold(_folder, "2d", "Task001_A", "Y", 0.75);

        // When
        JsonObject document = Document(ProgramRun.Of("compare", "-t", "1", "-f", "0", "--csv", _folder["c.csv"], "--json", "-", "--workspace", _folder["w"]), "compare", 0);

        // Then
        JsonNode result = document["result"]!;
        Assert.Equal(["2d", "3d_fullres", "3d_fullres"], result["models"]!.AsArray().Select(static m => (string?)m!["configuration"]));
        Assert.Equal(0.75, (double)result["models"]![0]!["labels"]!["1"]!["mean_dice"]!);
        Assert.Null(result["models"]![2]!["mean_dice"]);
        Assert.Equal(["Y__P", "X__P"], result["ranking"]!.AsArray().Select(static r => (string?)r!["candidate"]));
        Assert.Equal([_folder["c.csv"]], result["written"]!.AsArray().Select(static f => (string?)f));
    }

    [Fact]
    public void Segment_TellsFilesAndStructures()
    {
        // Given
        using SmallModel model = new();
        ImageFile.WriteVolume(_folder["a.nii.gz"], SmallModel.Image());
        File.WriteAllText(_folder["mine.json"], $$"""{"format": "nnunet/bundle/1", "name": "mine", "description": "x", "labels": ["left", "right"], "models": [{"name": "all", "folder": "{{model.Folder}}"}]}""");

        // When
        JsonObject document = Document(ProgramRun.Of("segment", "-b", _folder["mine.json"], "-i", _folder["a.nii.gz"], "-o", _folder["out"], "--statistics", "--device", "cpu", "--json", "-"), "segment", 0);

        // Then
        JsonNode result = document["result"]!;
        Assert.Equal((1, 2), ((int)result["labels"]!["left"]!, (int)result["labels"]!["right"]!));
        Assert.Equal(_folder["out/a.nii.gz"], (string?)result["segmented"]![0]!["written"]);
        Assert.Equal(["left", "right"], result["segmented"]![0]!["structures"]!.AsArray().Select(static s => (string?)s!["name"]));
        Assert.Equal(2, result["statistics_files"]!.AsArray().Count);
    }

    [Fact]
    public void EverySchema_BeginsAlike_AndIsOnThePage()
    {
        string page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "json.md"));
        string[] schemas = Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "docs", "schemas"), "*.json");
        string[] beginnings = [.. schemas.Select(static file =>
        {
            JsonObject schema = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            JsonObject properties = schema["properties"]!.AsObject();
            Assert.Equal($"nnunet/{Path.GetFileNameWithoutExtension(file)}/1", (string?)properties["schema"]!["const"]);
            properties.Remove("schema");
            properties.Remove("command");
            return properties.ToJsonString() + schema["required"]!.ToJsonString();
        })];

        Assert.Equal(11, schemas.Length);
        Assert.Single(beginnings.Distinct());
        Assert.All(schemas, file => Assert.Contains($"schemas/{Path.GetFileName(file)}", page, StringComparison.Ordinal));
        Cli.Frame.JsonOption[] options = [.. ProgramRun.CommandNames.SelectMany(static name => Cli.Frame.CommandLine.Commands().Single(c => c.Key == name).Value.Symbols.OfType<Cli.Frame.JsonOption>())];
        Assert.Equal(schemas.Select(static file => $"nnunet/{Path.GetFileNameWithoutExtension(file)}/1").Order(StringComparer.Ordinal), options.Select(static o => o.Document).Distinct().Order(StringComparer.Ordinal));
    }

    private static string Summary(JsonNode task) => $"{task["task"]} {task["cases"]} {task["faults"]!.AsArray().Count}";

    /// <summary>The document that is all of the output of a run, checked against its schema.</summary>
    [SkippableFact]
    public void Dicom_TellsSeriesThatAreImagesAndWhyOthersAreNot()
    {
        JsonObject list = Document(ProgramRun.Of("dicom", "list", TestData.Data("dicom"), "--json"), "dicom", 0);
        JsonObject sort = Document(ProgramRun.Of("dicom", "sort", TestData.Data("dicom/axial"), "-o", _folder["out"], "--json"), "dicom", 0);
        JsonObject none = Document(ProgramRun.Of("dicom", "list", _folder["nowhere"], "--json"), "dicom", 1);

        JsonNode axial = Assert.Single(list["result"]!["series"]!.AsArray(), static s => (string?)s!["path"] == Path.GetFullPath(TestData.Data("dicom/axial")))!;
        Assert.Equal(("CT", true, "[12,20,24]", 12), ((string?)axial["modality"], (bool)axial["is_image"]!, axial["voxels"]!.ToJsonString(), axial["files"]!.AsArray().Count));
        Assert.Equal("[2.5,0.8,0.7]", axial["spacing_mm"]!.ToJsonString());
        Assert.Contains(list["result"]!["series"]!.AsArray(), static s => ((string?)s!["fault"])?.StartsWith("slices are missing", StringComparison.Ordinal) == true && s["voxels"] is null);
        Assert.Null(list["result"]!["sorted_into"]);
        Assert.True(Directory.Exists((string?)sort["result"]!["series"]![0]!["sorted_to"]));
        Assert.Null(none["result"]);
    }

    private static JsonObject Document(ProgramRun run, string schema, int exitCode)
    {
        Assert.Equal(exitCode, run.ExitCode);
        JsonObject document = Valid(schema, run.Output);
        Assert.Equal(exitCode, (int)document["exit_code"]!);
        if (document["error"] is { } error) Assert.Contains(((string?)error["message"])!.Split('\n')[0].Split("; ")[0], run.Error, StringComparison.Ordinal);
        return document;
    }

    private static JsonObject Valid(string schema, string text)
    {
        JsonObject document = JsonNode.Parse(text)!.AsObject();
        JsonSchema expected = JsonSchema.FromText(File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "schemas", schema + ".json")));
        EvaluationResults found = expected.Evaluate(document, new EvaluationOptions { OutputFormat = OutputFormat.List });
        string faults = string.Join(Environment.NewLine, found.Details.Where(static d => d.HasErrors).SelectMany(static d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")));
        Assert.True(found.IsValid, $"{faults}{Environment.NewLine}{text}");
        return document;
    }
}
