using System.Net;
using System.Text.Json;
using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Dashboard.Data;

/// <summary>The page of data sets.</summary>
public sealed class DataPartTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task TheList_NamesEachDataSet()
    {
        _workspace.Describe();
        _workspace.Plan(SmallWorkspace.Fingerprint());
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement task = Assert.Single((await page.GetAsync("/api/data")).EnumerateArray());

        Assert.Equal(SmallWorkspace.Task, task.GetProperty("task").GetString());
        Assert.Equal(["1 organ", "2 lesion"], Texts(task.GetProperty("structures")));
        Assert.Equal(["nnUNetPlansv2.1_plans_2D.json", "nnUNetPlansv2.1_plans_3D.json"], Texts(task.GetProperty("plans")));
        Assert.True(task.GetProperty("has_fingerprint").GetBoolean());
    }

    [Fact]
    public async Task AnOutlier_IsNamedWithItsCase()
    {
        DatasetFingerprint fingerprint = SmallWorkspace.Fingerprint();
        _workspace.Plan(fingerprint with { AllSpacings = fingerprint.AllSpacings.Select((s, i) => i == 3 ? ((double[])[2000, 1000, 1000]).ToValueArray() : s).ToValueArray() });
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement finding = Assert.Single((await About(page)).GetProperty("findings").EnumerateArray());

        Assert.Equal("case_3", finding.GetProperty("case").GetString());
        Assert.Contains("1000 times", finding.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task VolumesOfStructures_ComeFromValidatedFolds()
    {
        _workspace.Describe();
        _workspace.Plan(SmallWorkspace.Fingerprint());
        SmallWorkspace.Validate(_workspace.Fold(), ("case_0", 0.9, 0.5), ("case_1", 0.8, 0.4));
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement volumes = (await About(page)).GetProperty("volumes");

        Assert.Equal(["case_0", "case_1"], Texts(volumes.GetProperty("cases")));
        Assert.Equal(2.0, volumes.GetProperty("millilitres")[0][0].GetDouble(), 1e-9); // 1000 voxels of 2 x 1 x 1 mm
    }

    [Fact]
    public async Task TheFolds_AreThoseOfTheFile()
    {
        _workspace.Plan(SmallWorkspace.Fingerprint(cases: 5));
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement folds = (await About(page)).GetProperty("folds");

        Assert.Equal("splits_final.json", folds.GetProperty("file").GetString());
        Assert.Equal([1, 1, 1, 1, 1], folds.GetProperty("folds").EnumerateArray().Select(static f => f.GetProperty("validation").GetArrayLength()));
    }

    [Fact]
    public async Task AFileThatIsBroken_IsNamedAndTheRestIsShown()
    {
        _workspace.Describe();
        _workspace.Plan(SmallWorkspace.Fingerprint());
        File.WriteAllText(Path.Combine(_workspace.Preprocessed, DatasetFingerprint.FileName), "{\"num_cases\": ");
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement about = await About(page);

        string fault = Assert.Single(Texts(about.GetProperty("faults")))!;
        Assert.StartsWith($"{SmallWorkspace.Task}/dataset_fingerprint.json: it is not JSON", fault, StringComparison.Ordinal);
        Assert.Equal(2, about.GetProperty("plans").GetArrayLength());
    }

    [Fact]
    public async Task AFileThatIsMended_IsReadAgain()
    {
        _workspace.Plan(SmallWorkspace.Fingerprint());
        string file = Path.Combine(_workspace.Preprocessed, DatasetFingerprint.FileName);
        string sound = File.ReadAllText(file);
        File.WriteAllText(file, "{");
        await using RunningPage page = await _workspace.OpenAsync();
        Assert.Single((await About(page)).GetProperty("faults").EnumerateArray());

        File.WriteAllText(file, sound);

        Assert.Empty((await About(page)).GetProperty("faults").EnumerateArray());
    }

    [Fact]
    public async Task TheDrawingOfANetwork_IsServedAsAPicture()
    {
        _workspace.Plan(SmallWorkspace.Fingerprint());
        File.WriteAllText(Path.Combine(_workspace.Fold(), "network_architecture.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        await using RunningPage page = await _workspace.OpenAsync();
        string address = (await About(page)).GetProperty("networks")[0].GetProperty("address").GetString()!;

        using HttpResponseMessage drawing = await page.Client.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, drawing.StatusCode);
        Assert.Equal("image/svg+xml", drawing.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task PlansOfVersion2_AreShownToo()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_workspace.Preprocessed)!, "Dataset004_Hippocampus")).FullName;
        File.WriteAllText(Path.Combine(folder, "nnUNetPlans.json"), """{"plans_name": "nnUNetPlans", "configurations": {"3d_fullres": {"batch_size": 9, "patch_size": [40, 56, 40]}}}""");
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement plan = (await page.GetAsync("/api/data/Dataset004_Hippocampus")).GetProperty("plans")[0];

        JsonElement stage = plan.GetProperty("stages")[0];
        Assert.Equal(["3d_fullres"], Texts(stage.GetProperty("configurations")));
        Assert.Equal("9", stage.GetProperty("choices")[0].GetProperty("value").GetString());
    }

    private static Task<JsonElement> About(RunningPage page) => page.GetAsync("/api/data/" + SmallWorkspace.Task);

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(static e => e.GetString());
}
