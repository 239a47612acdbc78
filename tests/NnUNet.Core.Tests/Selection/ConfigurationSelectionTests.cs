using System.Text.Json.Nodes;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Selection;
using NnUNet.Core.Tests.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Selection;

public sealed class ConfigurationSelectionTests
{
    private const string Winner = "ensemble_2d__nnUNetTrainerV2__nnUNetPlansv2.1--3d_cascade_fullres__nnUNetTrainerV2CascadeFullRes__nnUNetPlansv2.1";

    [SkippableFact]
    public void Run_RecordedTree_ChoosesAndWritesWhatTheOriginalDoes()
    {
        // Given
        using SelectionTree tree = new();

        // When
        SelectionResult result = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task);

        // Then: the original loses the last class's column, exchanges prediction and reference of single models, and forgets -z
        Assert.Empty(result.Missing);
        Assert.Equal(Winner, Assert.Single(result.Best).Name);
        string[] golden = File.ReadAllLines(Path.Combine(tree.GoldenEnsembles, "summary.csv"));
        string[] written = File.ReadAllLines(Path.Combine(tree.Ensembles, "summary.csv"));
        Assert.Equal("model,class1,class2,average", written[0]);
        Assert.Equal(golden.Skip(1), written.Skip(1).Select(static line => string.Join(',', line.Split(',').Where(static (_, column) => column != 2))));

        string goldenPath = $"ref/selection_goldens/tree/results/nnUNet/ensembles/{SelectionTree.Task}/{Winner}/postprocessing.json";
        string expected = File.ReadAllText(Path.Combine(tree.GoldenEnsembles, "prediction_commands.txt"))
            .Replace("-t Task777_Toy\n", "-t Task777_Toy -z\n", StringComparison.Ordinal)
            .Replace(goldenPath, Path.Combine(tree.Ensembles, Winner, "postprocessing.json"), StringComparison.Ordinal);
        Assert.Equal(expected, File.ReadAllText(Path.Combine(tree.Ensembles, "prediction_commands.txt")));
        Assert.Equal(expected, string.Concat(result.Commands.Select(static c => c + "\n")));
    }

    [SkippableFact]
    public void Run_RecordedTree_MergesEveryPairAsTheOriginalDoes()
    {
        // Given
        using SelectionTree tree = new();

        // When
        SelectionResult result = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task);

        // Then
        SelectionCandidate[] pairs = [.. result.Candidates.Where(static c => c.Configurations.Count == 2)];
        Assert.Equal(6, pairs.Length);
        foreach (SelectionCandidate pair in pairs)
        {
            string golden = Path.Combine(tree.GoldenEnsembles, pair.Name), written = Path.Combine(tree.Ensembles, pair.Name);
            LabelFolders.AssertEqual(Path.Combine(golden, "ensembled_raw"), Path.Combine(written, "ensembled_raw"));
            LabelFolders.AssertEqual(Path.Combine(golden, "ensembled_postprocessed"), Path.Combine(written, "ensembled_postprocessed"));
            JsonAssert.Close(Json(golden, "postprocessing.json"), Json(written, "postprocessing.json"), 1e-15);
            JsonAssert.Close(Means(golden, "ensembled_raw"), Means(written, "ensembled_raw"), 1e-14);
            JsonAssert.Close(Means(golden, "ensembled_postprocessed"), Means(written, "ensembled_postprocessed"), 1e-14);
            Assert.Equal((string)Json(golden, "ensembled_raw/summary.json")["name"]!, (string)Json(written, "ensembled_raw/summary.json")["name"]!);
            Assert.Equal(pair.Name, (string)Json(written, "ensembled_postprocessed/summary.json")["experiment_name"]!);
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(written, "ensembled_postprocessed/summary.json")),
                File.ReadAllBytes(Path.Combine(tree.Workspace.Models, "summary_jsons", $"{SelectionTree.Task}__{pair.Name}.json")));
        }
    }

    [SkippableFact]
    public void Run_RecordedTree_ScoresSingleModelsAsTheOriginalDoes()
    {
        // Given
        using SelectionTree tree = new();

        // When
        SelectionResult result = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, new SelectionOptions { Ensembling = false });

        // Then
        Assert.Equal("3d_fullres", Assert.Single(result.Best).Name);
        Assert.Equal(
            ["nnUNet_predict -i FOLDER_WITH_TEST_CASES -o OUTPUT_FOLDER_MODEL1 -tr nnUNetTrainerV2 -ctr nnUNetTrainerV2CascadeFullRes -m 3d_fullres -p nnUNetPlansv2.1 -t Task777_Toy"], result.Commands);
        Assert.Equal(4, result.Candidates.Count);
        foreach (SelectionCandidate single in result.Candidates)
        {
            string folder = Path.GetRelativePath(tree.Workspace.Models, Path.GetDirectoryName(single.PostprocessingFile!)!);
            string golden = Path.Combine(tree.GoldenModels, folder), written = Path.Combine(tree.Workspace.Models, folder);
            JsonAssert.Close(Json(golden, "postprocessing.json"), Json(written, "postprocessing.json"), 1e-15);
            LabelFolders.AssertEqual(Path.Combine(golden, "cv_niftis_postprocessed"), Path.Combine(written, "cv_niftis_postprocessed"));
            SegmentationSummary recorded = SegmentationSummary.Read(Path.Combine(golden, "cv_niftis_raw/summary.json"));
            SegmentationSummary scored = SegmentationSummary.Read(Path.Combine(written, "cv_niftis_raw/summary.json"));
            Assert.Equal(recorded.Mean("mean"), scored.Mean("mean"), 1e-14);
            Assert.Equal(recorded.Mean("mean", "Precision"), scored.Mean("mean", "Recall"), 1e-14);
        }
    }

    [SkippableFact]
    public void Run_Again_ChangesNoFile()
    {
        // Given
        using SelectionTree tree = new();
        ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, SelectionTree.TwoModels);
        (string, string)[] before = tree.Contents();
        File.Delete(Directory.GetFiles(tree.Ensembles, "case_5.nii.gz", SearchOption.AllDirectories)[0]);

        // When: the second call finds a file missing, the third one nothing
        ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, SelectionTree.TwoModels);
        (string, string)[] second = tree.Contents();
        string merged = Directory.GetFiles(tree.Ensembles, "case_5.nii.gz", SearchOption.AllDirectories)[0];
        DateTime time = File.GetLastWriteTimeUtc(merged);
        ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, SelectionTree.TwoModels);

        // Then
        Assert.Equal(before, second);
        Assert.Equal(before, tree.Contents());
        Assert.Equal(time, File.GetLastWriteTimeUtc(merged));
    }

    [SkippableFact]
    public void Run_WithoutPostprocessing_PrintsCommandsWithoutIt()
    {
        // Given
        using SelectionTree tree = new();

        // When
        SelectionResult result = ConfigurationSelection.Run(
            tree.Workspace, SelectionTree.Task, SelectionTree.TwoModels with { Postprocessing = false, CommandOptions = "--results here" });

        // Then
        Assert.Equal(3, result.Commands.Count);
        Assert.EndsWith(" -m 2d -p nnUNetPlansv2.1 -t Task777_Toy -z --results here", result.Commands[0], StringComparison.Ordinal);
        Assert.Equal("nnUNet_ensemble -f OUTPUT_FOLDER_MODEL1 OUTPUT_FOLDER_MODEL2 -o OUTPUT_FOLDER", result.Commands[2]);
        Assert.Empty(Directory.GetFiles(tree.Workspace.Models, "postprocessing.json", SearchOption.AllDirectories));
        Assert.All(result.Candidates, static c => Assert.Null(c.Postprocessing));
    }

    [SkippableFact]
    public void Run_TwoEqualModels_BothWin()
    {
        // Given: 3d_fullres is a copy of 2d, and so is what they merge to
        using SelectionTree tree = new();
        Directory.Delete(tree.Model("3d_fullres"), recursive: true);
        FolderCopy.Make(tree.Model("2d"), tree.Model("3d_fullres"));

        // When
        SelectionResult result = ConfigurationSelection.Run(tree.Workspace, SelectionTree.Task, SelectionTree.TwoModels with { Ensembling = false });

        // Then
        Assert.Equal(["2d", "3d_fullres"], result.Best.Select(static b => b.Name));
        Assert.Contains(" -o OUTPUT_FOLDER_MODEL1 ", Assert.Single(result.Commands), StringComparison.Ordinal);
        Assert.Equal("# exactly equal to 2d, instead of it: 3d_fullres", result.Alternatives[0]);
        Assert.Contains(" -o OUTPUT_FOLDER_MODEL2 ", result.Alternatives[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_OfEqualPairs_WriteToFoldersOfTheirOwn()
    {
        // Given
        SelectionCandidate[] equal = [Candidate("3d_lowres"), Candidate("2d", "3d_fullres"), Candidate("2d", "3d_lowres")];

        // When
        (string[] commands, string[] alternatives) = PredictionCommands.Of(equal, "Task777_Toy", [0, 1, 2, 3, 4], new SelectionOptions());

        // Then
        string[] outputs = [.. commands.Concat(alternatives).Where(static c => !c.StartsWith('#')).Select(static c => c.Split(" -o ")[1].Split(' ')[0])];
        Assert.Equal(7, outputs.Length);
        Assert.Equal(outputs.Distinct(), outputs);
        Assert.EndsWith("nnUNet_ensemble -f OUTPUT_FOLDER_MODEL2 OUTPUT_FOLDER_MODEL3 -o OUTPUT_FOLDER_OF_2_AND_3", alternatives[3], StringComparison.Ordinal);
    }

    private static SelectionCandidate Candidate(params string[] configurations) => new()
    {
        Name = string.Join("--", configurations),
        Configurations = configurations.ToValueArray(),
        Scores = new SegmentationSummary { Results = new SummaryResults { All = [], Mean = [] } },
    };

    private static JsonNode Json(string folder, string file) => ProductJson.Read<JsonNode>(Path.Combine(folder, file));

    private static JsonNode Means(string folder, string subfolder) => ProductJson.ToNode(SegmentationSummary.Read(Path.Combine(folder, subfolder, "summary.json")).Results.Mean)!;
}
