using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using NnUNet.Client;
using NnUNet.Core.Postprocessing;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Tests.Formats.Dicom;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Web.Tests.Service;

/// <summary>What the service answers is what the command writes.</summary>
public sealed class SegmentationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheSegmentation_IsThatOfTheCommand()
    {
        using SmallModel model = new(folds: 2);
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        string predicted = RunningService.Predict(model.Folder, _folder);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.nii.gz")), await service.ResultAsync(job.Id));
    }

    [Fact]
    public async Task TwoChannelsInStreams_AreTakenInTheirOrder()
    {
        using SmallModel model = new(channels: 2);
        byte[] first = await File.ReadAllBytesAsync(RunningService.Image(_folder, channel: 0)), second = await File.ReadAllBytesAsync(RunningService.Image(_folder, channel: 1, seed: 5));
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        using MemoryStream channel0 = new(first), channel1 = new(second);

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(1, channel1), ImagePart.Channel(0, channel0)]);

        string predicted = RunningService.Predict(model.Folder, _folder);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.nii.gz")), await service.ResultAsync(job.Id));
        Assert.True(channel0.CanRead, "a stream of the caller stays open");
    }

    [Fact]
    public async Task FoldsAndMirroring_AreThoseThatAreAskedFor()
    {
        using SmallModel model = new(folds: 3);
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)], new SegmentationOptions { Folds = ["1", "2"], Mirroring = false, Probabilities = true });

        PredictRunOptions options = new() { Predict = new PredictOptions { Folds = ["1", "2"], Mirror = false }, SaveProbabilities = true };
        string predicted = RunningService.Predict(model.Folder, _folder, options);
        using MemoryStream probabilities = new();
        await service.Client.CopyProbabilitiesAsync(job.Id, probabilities);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.nii.gz")), await service.ResultAsync(job.Id));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.npz")), probabilities.ToArray());
    }

    [Fact]
    public async Task Postprocessing_IsDoneUnlessItIsLeftOut()
    {
        using SmallModel model = new(folds: 2);
        PredictRunOptions manyParts = new() { Predict = new PredictOptions { Folds = ["1"] } };
        string image = RunningService.Image(_folder);
        byte[] untouched = await File.ReadAllBytesAsync(Path.Combine(RunningService.Predict(model.Folder, _folder, manyParts, "untouched"), "a.nii.gz"));
        PostprocessingDecision decision = new() { ForWhichClasses = [ComponentRegion.Joint([1, 2]), ComponentRegion.Of(1), ComponentRegion.Of(2)] };
        decision.Write(Path.Combine(model.Folder, PostprocessingDecision.FileName));
        byte[] postprocessed = await File.ReadAllBytesAsync(Path.Combine(RunningService.Predict(model.Folder, _folder, manyParts), "a.nii.gz"));
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        SegmentationJob with = await service.Client.SegmentAsync([ImagePart.Channel(0, image)], new SegmentationOptions { Folds = ["1"] });
        SegmentationJob without = await service.Client.SegmentAsync([ImagePart.Channel(0, image)], new SegmentationOptions { Folds = ["1"], Postprocessing = false });

        Assert.NotEqual(untouched, postprocessed); // else this tests nothing
        Assert.Equal(postprocessed, await service.ResultAsync(with.Id));
        Assert.Equal(untouched, await service.ResultAsync(without.Id));
    }

    [Theory]
    [InlineData(".nii")]
    [InlineData(".nrrd")]
    [InlineData(".mha")]
    public async Task AnotherFormat_HasTheBytesThatTheCommandWritesInIt(string ending)
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        byte[] converted = await service.ResultAsync(job.Id, ending);

        string predicted = RunningService.Predict(model.Folder, _folder, new PredictRunOptions { Ending = ending });
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a" + ending)), converted);
    }

    [Fact]
    public async Task TheImagesOwnFormat_IsTheSegmentations_AsOfTheCommand()
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder, ending: ".mha");
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        string predicted = RunningService.Predict(model.Folder, _folder);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.mha")), await service.ResultAsync(job.Id));
    }

    [Theory]
    [InlineData("application/x-nrrd", "segmentation.nrrd")]
    [InlineData("text/html, application/x-metaimage;q=0.8, application/gzip;q=0.9", "segmentation.nii.gz")]
    [InlineData("*/*", "segmentation.nii.gz")]
    public async Task WhatIsAccepted_ChoosesTheFormat(string accept, string name)
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        using HttpRequestMessage call = new(HttpMethod.Get, $"/v1/segmentations/{job.Id}/result");
        call.Headers.Accept.ParseAdd(accept);
        using HttpResponseMessage answer = await service.Http.SendAsync(call);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(name, answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
    }

    [Fact]
    public async Task TypesThatNoFormatHas_AreNotAcceptable()
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        using HttpRequestMessage call = new(HttpMethod.Get, $"/v1/segmentations/{job.Id}/result");
        call.Headers.Accept.ParseAdd("text/html");
        using HttpResponseMessage answer = await service.Http.SendAsync(call);

        Assert.Equal(HttpStatusCode.NotAcceptable, answer.StatusCode);
    }

    [Fact]
    public async Task ABodyThatIsTheImage_IsEnough_AndWaitingAnswersTheSegmentation()
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        using ByteArrayContent body = new(await File.ReadAllBytesAsync(image));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        using HttpResponseMessage answer = await service.Http.PostAsync("/v1/segmentations?wait=600&mirroring=false", body);

        string predicted = RunningService.Predict(model.Folder, _folder, new PredictRunOptions { Predict = new PredictOptions { Mirror = false } });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.nii.gz")), await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Waiting_AnswersTheJob_WhereJsonIsAccepted()
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        using HttpRequestMessage call = new(HttpMethod.Post, "/v1/segmentations?wait=600") { Content = new ByteArrayContent(await File.ReadAllBytesAsync(image)) };
        call.Headers.Accept.ParseAdd("application/json");

        using HttpResponseMessage answer = await service.Http.SendAsync(call);

        using JsonDocument job = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("done", job.RootElement.GetProperty("state").GetString());
        Assert.Equal(answer.Headers.Location!.ToString(), job.RootElement.GetProperty("links").GetProperty("self").GetString());
    }

    [Fact]
    public async Task AModelOfVersion2_AnswersAsTheCommand()
    {
        SmallV2Model.Write(_folder["v2"], "3d_fullres", """{"channel_names": {"0": "CT"}, "labels": {"background": 0, "organ": 1, "lesion": 2}, "file_ending": ".nii.gz"}""", 1, 3);
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_folder["v2"], _folder));

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);
        IReadOnlyList<ServiceModel> models = await service.Client.ModelsAsync();

        string predicted = RunningService.Predict(_folder["v2"], _folder);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.nii.gz")), await service.ResultAsync(job.Id));
        Assert.Equal([new ModelLabel(1, "organ"), new ModelLabel(2, "lesion")], models.Single().Labels);
        Assert.Equal("v2", models.Single().Version);
    }

    [Fact]
    public async Task ASeriesInAnArchive_IsSegmented_AndAnsweredAsDicomToo()
    {
        using SmallModel model = new();
        string series = _folder["images/a_0000"];
        Directory.CreateDirectory(series);
        new SyntheticSeries(series).Slices(9);
        string archive = _folder["series.zip"];
        ZipFile.CreateFromDirectory(series, archive);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Series(archive)]);

        string predicted = RunningService.Predict(model.Folder, _folder);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.nii.gz")), await service.ResultAsync(job.Id));
        await File.WriteAllBytesAsync(_folder["a.seg.dcm"], await service.ResultAsync(job.Id, ".seg.dcm"));
        Volume<short> labels = ImageFile.ReadLabels(Path.Combine(predicted, "a.nii.gz"));
        Assert.Equal(labels.Voxels.Count(static v => v > 0), ImageFile.ReadLabels(_folder["a.seg.dcm"]).Voxels.Count(static v => v > 0));
    }

    [Fact]
    public async Task TheSecondStageOfACascade_TakesTheFirstOnesSegmentation()
    {
        using SmallModel model = new(previousStage: true);
        string image = RunningService.Image(_folder), low = _folder["low/a.nii.gz"];
        Directory.CreateDirectory(_folder["low"]);
        ImageFile.WriteLabels(low, SmallModel.LowResolution());
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image), ImagePart.PreviousStage(low)]);
        SegmentationServiceException refused = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image)]));

        string predicted = RunningService.Predict(model.Folder, _folder, new PredictRunOptions { PreviousStageFolder = _folder["low"] });
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(predicted, "a.nii.gz")), await service.ResultAsync(job.Id));
        Assert.Contains("second stage of a cascade", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_CountVoxelsAndMillilitres()
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        IReadOnlyList<LabelVolume> volumes = await service.Client.StatisticsAsync(job.Id);

        await File.WriteAllBytesAsync(_folder["result.nii.gz"], await service.ResultAsync(job.Id));
        short[] voxels = ImageFile.ReadLabels(_folder["result.nii.gz"]).Voxels;
        Assert.Equal([1, 2], volumes.Select(static v => v.Label));
        Assert.All(volumes, v => Assert.Equal(voxels.Count(label => label == v.Label), v.Voxels));
        Assert.All(volumes, static v => Assert.Equal(v.Voxels / 1000.0, v.VolumeMl!.Value, 9)); // the image has voxels of 1 mm
    }

    [Fact]
    public async Task AModel_TellsItsContract_AndWhatItTakes()
    {
        using SmallModel model = new(folds: 2, channels: 2);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));
        await RunningService.UntilAsync(() => service.Models[0].Estimate is not null);

        ServiceModel told = (await service.Client.ModelsAsync()).Single();

        Assert.Equal("small", told.Name);
        Assert.Equal(["0", "1"], told.Folds);
        Assert.Equal([new ModelChannel(0, "MR0"), new ModelChannel(1, "MR1")], told.Channels);
        Assert.Equal([1, 2], told.Labels.Select(static l => l.Label));
        Assert.Equal([2.0, 2, 2], told.Spacing);
        Assert.Equal([12, 12, 12], told.Estimate.Voxels);
        Assert.True(told.Estimate.MemoryBytes > 0);
        Assert.True(told.Estimate.Seconds > 0);
        Assert.False(told.IsLoaded);
    }

    [Fact]
    public async Task TheInput_IsGoneOnceTheSegmentationIsThere()
    {
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        Assert.Equal(["job.json", "result"], Directory.GetFileSystemEntries(Path.Combine(service.Settings.State, "jobs", job.Id)).Select(Path.GetFileName).Order());
        Assert.Equal(["image.nii.gz"], Directory.GetFiles(Path.Combine(service.Settings.State, "jobs", job.Id, "result")).Select(Path.GetFileName));
    }

    [SkippableFact]
    public async Task TheFolderOfJobs_IsForItsUserAlone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other rights.");
        using SmallModel model = new();
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(model.Folder, _folder));

        await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows()) Assert.Equal(default, File.GetUnixFileMode(service.Settings.State) & Others);
    }
}
