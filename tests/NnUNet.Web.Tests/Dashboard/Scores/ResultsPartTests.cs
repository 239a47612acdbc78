using System.Text.Json;
using NnUNet.Foundation;
using NnUNet.Web.Tests.Frame;
using NnUNet.Workflows.Steps;

namespace NnUNet.Web.Tests.Dashboard.Scores;

/// <summary>The page of results.</summary>
public sealed class ResultsPartTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task TheMean_IsOverTheCasesOfAllFolds()
    {
        _workspace.Describe();
        SmallWorkspace.Validate(_workspace.Fold(fold: 0), ("case_0", 0.9, 0.5));
        SmallWorkspace.Validate(_workspace.Fold(fold: 1), ("case_1", 0.8, 0.3), ("case_2", 0.7, 0.1));
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement model = Assert.Single((await Scores(page)).GetProperty("models").EnumerateArray());

        Assert.Equal(3, model.GetProperty("cases").GetInt32());
        Assert.Equal(0.8, model.GetProperty("dice").GetProperty("1").GetDouble(), 1e-9);
        Assert.Equal(0.3, model.GetProperty("dice").GetProperty("2").GetDouble(), 1e-9);
        Assert.Equal(0.55, model.GetProperty("mean").GetDouble(), 1e-9);
        Assert.Equal([1, 2], model.GetProperty("folds").EnumerateArray().Select(static f => f.GetProperty("cases").GetInt32()));
    }

    [Fact]
    public async Task TwoTrainers_StandSideBySide()
    {
        SmallWorkspace.Validate(_workspace.Fold(), ("case_0", 0.9, 0.5));
        SmallWorkspace.Validate(_workspace.Fold(trainer: "nnUNetTrainerV2_Adam"), ("case_0", 0.8, 0.4));
        await using RunningPage page = await _workspace.OpenAsync();

        IEnumerable<string?> trainers = (await Scores(page)).GetProperty("models").EnumerateArray().Select(static m => m.GetProperty("trainer").GetString());

        Assert.Equal(["nnUNetTrainerV2_Adam", "nnUNetTrainerV2"], trainers);
    }

    [Fact]
    public async Task ACase_NamesItsSegmentationBelowTheResults()
    {
        SmallWorkspace.Validate(_workspace.Fold(), ("case_0", 0.9, null));
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement row = (await Cases(page)).GetProperty("cases")[0];

        Assert.Equal($"{SmallWorkspace.FoldId()}/validation_raw/case_0.nii.gz", row.GetProperty("prediction").GetString());
        Assert.Equal(("case_0", "0"), (row.GetProperty("case").GetString(), row.GetProperty("fold").GetString()));
    }

    [Fact]
    public async Task AScoreThatIsNotDefined_IsLeftOutOfTheMeans()
    {
        SmallWorkspace.Validate(_workspace.Fold(), ("case_0", 0.9, null), ("case_1", 0.7, 0.5));
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement rows = (await Cases(page)).GetProperty("cases");

        Assert.Equal(0.9, rows[0].GetProperty("mean").GetDouble(), 1e-9);
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("values")[1][0].ValueKind);
        Assert.Equal(0.5, (await Scores(page)).GetProperty("models")[0].GetProperty("dice").GetProperty("2").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("{\"results\": {\"all\": [", "it is not JSON")]
    [InlineData("{\"results\": 3}", "neither results.all nor metric_per_case")]
    [InlineData("", "it is not JSON")]
    public async Task ABrokenSummary_GivesItsFaultAndTheRest(string text, string fault)
    {
        SmallWorkspace.Validate(_workspace.Fold(fold: 0), ("case_0", 0.9, 0.5));
        SmallWorkspace.Validate(_workspace.Fold(fold: 1), ("case_1", 0.8, 0.3));
        File.WriteAllText(Path.Combine(_workspace.Fold(fold: 1), "validation_raw", "summary.json"), text);
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement scores = await Scores(page);

        string told = Assert.Single(scores.GetProperty("faults").EnumerateArray()).GetString()!;
        Assert.StartsWith($"{SmallWorkspace.FoldId(fold: 1)}/validation_raw/summary.json: ", told, StringComparison.Ordinal);
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.Equal(1, scores.GetProperty("models")[0].GetProperty("cases").GetInt32());
    }

    [Fact]
    public async Task TheChoice_SaysWhyAndHow()
    {
        _workspace.Fold();
        WriteTable();
        File.WriteAllText(Path.Combine(_workspace.Ensembles, "prediction_commands.txt"), "nnUNet_predict -t 901 -m 3d_fullres\n");
        ProductJson.Write(Path.Combine(_workspace.Ensembles, ModelChoice.FileName), new ModelChoice { Configurations = ["2d", "3d_fullres"], Folds = ["0", "1"], Dice = 0.875, MadeFrom = "x" });
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement choice = (await Scores(page)).GetProperty("choice");

        Assert.Equal("2d + 3d_fullres", choice.GetProperty("chosen").GetString());
        Assert.Contains("0.8750, 0.0250 more than 3d_fullres, the next best of 3", choice.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(["2d + 3d_fullres", "3d_fullres", "2d"], choice.GetProperty("candidates").EnumerateArray().Select(static c => c.GetProperty("name").GetString()));
        Assert.Equal("nnUNet_predict -t 901 -m 3d_fullres", choice.GetProperty("commands")[0].GetString());
    }

    [Fact]
    public async Task APostprocessingElsewhere_IsNotRead()
    {
        _workspace.Fold();
        WriteTable();
        ProductJson.Write(Path.Combine(_workspace.Ensembles, ModelChoice.FileName), new ModelChoice { Configurations = ["2d"], Folds = ["0"], Dice = 0.8, MadeFrom = "x", Postprocessing = "../../../../secret.json" });
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement scores = await Scores(page);

        Assert.Contains("does not lie beside it", Assert.Single(scores.GetProperty("faults").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelsOfVersion2_AreShownToo()
    {
        string fold = Directory.CreateDirectory(Path.Combine(_workspace.Results, "Dataset004_Hippocampus", "nnUNetTrainer__nnUNetPlans__3d_fullres", "fold_0", "validation")).FullName;
        File.WriteAllText(Path.Combine(fold, "summary.json"), """{"metric_per_case": [{"metrics": {"1": {"Dice": 0.75, "n_ref": 10}, "2": {"Dice": NaN}}, "prediction_file": "/x/hip_1.nii.gz", "reference_file": "/y/hip_1.nii.gz"}]}""");
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement model = (await page.GetAsync("/api/results/Dataset004_Hippocampus")).GetProperty("models")[0];

        Assert.Equal(("3d_fullres", "nnUNetTrainer"), (model.GetProperty("configuration").GetString(), model.GetProperty("trainer").GetString()));
        Assert.Equal(0.75, model.GetProperty("mean").GetDouble());
    }

    private static Task<JsonElement> Scores(RunningPage page) => page.GetAsync("/api/results/" + SmallWorkspace.Task);

    private static Task<JsonElement> Cases(RunningPage page) =>
        page.GetAsync($"/api/results/{SmallWorkspace.Task}/cases?model={Uri.EscapeDataString(Path.GetDirectoryName(SmallWorkspace.FoldId())!.Replace('\\', '/'))}");

    private void WriteTable()
    {
        Directory.CreateDirectory(_workspace.Ensembles);
        File.WriteAllText(Path.Combine(_workspace.Ensembles, "summary.csv"), "model,class1,class2,average\n2d,0.9,0.7,0.8\n3d_fullres,0.9,0.8,0.85\n2d + 3d_fullres,0.95,0.8,0.875\n");
    }
}
