using System.Net;
using System.Text.Json;
using NnUNet.Core.Datasets;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Web.Tests.Browser;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Dashboard.Viewer;

/// <summary>What the viewer is served.</summary>
public sealed class ViewerPartTests : IDisposable
{
    private const string Case = $"task={DemoWorkspace.Task}&case={DemoWorkspace.Case}";
    private const string WithPrediction = $"{Case}&prediction={DemoWorkspace.Predictions}";
    private readonly DemoWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task ATask_HasItsCasesLabelsAndPredictions()
    {
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        JsonElement task = await page.GetAsync($"/api/viewer/task?task={DemoWorkspace.Task}");

        Assert.Equal(DemoWorkspace.Task, (await page.GetAsync("/api/viewer/tasks"))[0].GetString());
        Assert.Equal(["synthetic_000", DemoWorkspace.Case, DemoWorkspace.OtherCase, "synthetic_003"], task.GetProperty("cases").EnumerateArray().Select(static c => c.GetProperty("id").GetString()));
        Assert.Equal([false, false, false, true], task.GetProperty("cases").EnumerateArray().Select(static c => c.GetProperty("is_test").GetBoolean()));
        Assert.Equal(["organ #e69f00", "lesion #56b4e9"], task.GetProperty("labels").EnumerateArray().Select(static l => $"{l.GetProperty("name").GetString()} {l.GetProperty("color").GetString()}"));
        JsonElement folder = Assert.Single(task.GetProperty("predictions").EnumerateArray());
        Assert.Equal(DemoWorkspace.Predictions, folder.GetProperty("path").GetString());
        Assert.Equal([DemoWorkspace.Case, DemoWorkspace.OtherCase], folder.GetProperty("cases").EnumerateArray().Select(static c => c.GetString()));
    }

    [Fact]
    public async Task ANiftiImage_ComesAsItIs()
    {
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        byte[] image = await page.Client.GetByteArrayAsync($"/api/viewer/image?{Case}");

        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_workspace.RawTask, "imagesTr", DemoWorkspace.Case + "_0000.nii.gz")), image);
    }

    [Theory]
    [InlineData(".nrrd")]
    [InlineData(".mha")]
    [InlineData(".nii")]
    public async Task AnImageOfAnyFormat_ComesAsNiftiInItsGrid(string ending)
    {
        string nifti = Path.Combine(_workspace.RawTask, "imagesTr", DemoWorkspace.Case + "_0000.nii.gz");
        Volume<float> image = ImageFile.ReadVolume(nifti);
        File.Delete(nifti);
        ImageFile.WriteVolume(nifti.Replace(".nii.gz", ending, StringComparison.Ordinal), image);
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        using HttpResponseMessage answer = await page.Client.GetAsync($"/api/viewer/image?{Case}", HttpCompletionOption.ResponseHeadersRead);

        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        using MemoryStream stream = new(bytes);
        Volume<float> served = ImageFile.ReadVolume(stream, "served.nii");
        Assert.Equal(image.Voxels.ToArray(), served.Voxels.ToArray());
        Assert.Null(GeometryComparison.Difference(image.Extent, image.Geometry, served.Extent, served.Geometry, 1e-4));
    }

    [Fact]
    public async Task TheDifference_TellsMissedAddedAndConfused()
    {
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);
        Volume<short> reference = await LabelsAsync(page, $"reference?{Case}"), prediction = await LabelsAsync(page, $"prediction?{WithPrediction}");

        Volume<short> difference = await LabelsAsync(page, $"difference?{WithPrediction}");

        short[] expected = [.. reference.Voxels.ToArray().Zip(prediction.Voxels.ToArray(), static (t, p) => (short)(t == p ? 0 : p == 0 ? 1 : t == 0 ? 2 : 3))];
        Assert.Equal(expected, difference.Voxels.ToArray());
        Assert.Equal([0, 1, 2, 3], expected.Distinct().Order().Select(static v => (int)v));
    }

    [Fact]
    public async Task Statistics_AreDiceAndVolumes()
    {
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);
        Volume<short> reference = await LabelsAsync(page, $"reference?{Case}"), prediction = await LabelsAsync(page, $"prediction?{WithPrediction}");

        JsonElement told = await page.GetAsync($"/api/viewer/statistics?{WithPrediction}");

        JsonElement organ = told.GetProperty("labels")[0];
        short[] truth = reference.Voxels.ToArray(), predicted = prediction.Voxels.ToArray();
        int both = truth.Zip(predicted).Count(static p => p is (1, 1));
        int inTruth = truth.Count(static v => v == 1), inPrediction = predicted.Count(static v => v == 1);
        double voxel = reference.Geometry.Spacing.Z * reference.Geometry.Spacing.Y * reference.Geometry.Spacing.X / 1000;
        Assert.Equal("organ", organ.GetProperty("name").GetString());
        Assert.Equal(2.0 * both / (inTruth + inPrediction), organ.GetProperty("dice").GetDouble(), 9);
        Assert.Equal(inTruth * voxel, organ.GetProperty("reference_ml").GetDouble(), 6);
        Assert.Equal(inPrediction * voxel, organ.GetProperty("prediction_ml").GetDouble(), 6);
        Assert.Equal(JsonValueKind.Null, told.GetProperty("mismatch").ValueKind);
    }

    [Fact]
    public async Task SegmentationsOfAnotherGrid_AreNotCompared()
    {
        ImageFile.WriteLabels(Path.Combine(_workspace.Results, DemoWorkspace.Predictions, DemoWorkspace.Case + ".nii.gz"), new Volume<short>(new Extent(4, 5, 6), ImageGeometry.Identity));
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        JsonElement told = await page.GetAsync($"/api/viewer/statistics?{WithPrediction}");

        Assert.Contains("voxels", told.GetProperty("mismatch").GetString(), StringComparison.Ordinal);
        Assert.All(told.GetProperty("labels").EnumerateArray(), static l => Assert.Equal(JsonValueKind.Null, l.GetProperty("dice").ValueKind));
    }

    [Fact]
    public async Task ASlice_IsAPictureOfItsPlane()
    {
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);
        JsonElement planes = (await page.GetAsync($"/api/viewer/case?{Case}")).GetProperty("planes");

        byte[] png = await page.Client.GetByteArrayAsync($"/api/viewer/slice.png?{WithPrediction}&plane=1&slice={planes[1].GetProperty("slices").GetInt32() / 2}&edge=300");
        byte[] plain = await page.Client.GetByteArrayAsync($"/api/viewer/slice.png?{WithPrediction}&plane=1&slice={planes[1].GetProperty("slices").GetInt32() / 2}&edge=300&labels=false");

        Assert.Equal(["axial", "coronal", "sagittal"], planes.EnumerateArray().Select(static p => p.GetProperty("name").GetString()));
        using MemoryStream stream = new(png);
        Extent size = ImageFile.ReadHeader(stream, "slice.png").Extent;
        Assert.Equal(300, Math.Max(size.X, size.Y));
        Assert.NotEqual(plain, png);
    }

    [Theory]
    [InlineData("slice=100000")]
    [InlineData("slice=-1")]
    [InlineData("plane=3")]
    [InlineData("edge=1000000")]
    [InlineData("low=5&high=5")]
    [InlineData("channel=1")]
    public async Task ASliceThatIsNone_IsRefused(string wrong)
    {
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        using HttpResponseMessage answer = await page.Client.GetAsync($"/api/viewer/slice.png?{Case}&{wrong}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("nnUNet/../../secret")]
    [InlineData("..\\secret")]
    [InlineData("/etc")]
    [InlineData("C:/secret")]
    [InlineData("")]
    [InlineData("nnUNet\u0000")]
    public async Task PathsOutOfTheWorkspace_LeadNowhere(string path)
    {
        string secret = Path.Combine(Path.GetDirectoryName(_workspace.Results)!, "secret");
        ImageFile.WriteLabels(Path.Combine(secret, DemoWorkspace.Case + ".nii.gz"), new Volume<short>(new Extent(2, 2, 2), ImageGeometry.Identity));
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        using HttpResponseMessage answer = await page.Client.GetAsync($"/api/viewer/prediction?{Case}&prediction={Uri.EscapeDataString(path)}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.DoesNotContain(_workspace.Results, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("task=Task999_None&case=synthetic_001")]
    [InlineData("task=../raw&case=synthetic_001")]
    [InlineData("task=Task900_Demo&case=../dataset")]
    public async Task UnknownTasksAndCases_AreRefused(string query)
    {
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        using HttpResponseMessage answer = await page.Client.GetAsync($"/api/viewer/image?{query}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    [Fact]
    public async Task PredictionFoldersWithRecords_AreFound_OthersAreNot()
    {
        Volume<short> labels = ImageFile.ReadLabels(Path.Combine(_workspace.RawTask, "labelsTs", "synthetic_003.nii.gz"));
        ImageFile.WriteLabels(Path.Combine(_workspace.Results, "mine", "out", "synthetic_003.nii.gz"), labels);
        ImageFile.WriteLabels(Path.Combine(_workspace.Results, "other", "synthetic_003.nii.gz"), labels);
        Directory.CreateDirectory(Path.Combine(_workspace.Results, "mine", "out", "provenance"));
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        JsonElement task = await page.GetAsync($"/api/viewer/task?task={DemoWorkspace.Task}");

        Assert.Equal([DemoWorkspace.Predictions, "mine/out"], task.GetProperty("predictions").EnumerateArray().Select(static p => p.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task ADatasetOfVersion2_IsShownToo()
    {
        string raw = Path.Combine(_workspace.Settings.Raw, "Dataset007_Two");
        SyntheticDataset.Write(raw, new SyntheticDatasetOptions { TrainingCases = 2, TestCases = 0, Edge = 24 });
        string validation = Path.Combine(_workspace.Results, "Dataset007_Two", "nnUNetTrainer__nnUNetPlans__3d_fullres", "fold_0", "validation");
        ImageFile.WriteLabels(Path.Combine(validation, "synthetic_000.nii.gz"), ImageFile.ReadLabels(Path.Combine(raw, "labelsTr", "synthetic_000.nii.gz")));
        await using RunningPage page = await RunningPage.StartAsync(_workspace.Settings);

        JsonElement task = await page.GetAsync("/api/viewer/task?task=Dataset007_Two");

        string path = Assert.Single(task.GetProperty("predictions").EnumerateArray()).GetProperty("path").GetString()!;
        JsonElement told = await page.GetAsync($"/api/viewer/statistics?task=Dataset007_Two&case=synthetic_000&prediction={path}");
        Assert.All(told.GetProperty("labels").EnumerateArray(), static l => Assert.Equal(1, l.GetProperty("dice").GetDouble()));
    }

    private static async Task<Volume<short>> LabelsAsync(RunningPage page, string address)
    {
        using MemoryStream stream = new(await page.Client.GetByteArrayAsync("/api/viewer/" + address));
        return ImageFile.ReadLabels(stream, "labels.nii");
    }
}
