using System.Net;
using NnUNet.Client;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Service;

/// <summary>From acceptance to removal: queue, progress, calling off, keeping.</summary>
public sealed class JobCourseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SmallModel _model = new(folds: 2);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Progress_GrowsToTheEnd()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        List<SegmentationJob> seen = [];

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)], progress: new Listed(seen));

        Assert.Equal(JobState.Done, job.State);
        Assert.Equal(1, job.Progress);
        Assert.Equal(seen.Select(static j => j.Progress).Order(), seen.Select(static j => j.Progress));
        Assert.NotNull(job.ExpiresAt);
    }

    [Fact]
    public async Task AJobThatIsCalledOffInWork_Stops_AndLeavesNothing()
    {
        string image = Large();
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        SegmentationJob job = await service.Client.SubmitAsync([ImagePart.Channel(0, image)]);
        await RunningService.UntilAsync(() => service.Store.Find(job.Id)!.Look().State == Web.Service.Jobs.JobState.Running);

        await service.Client.RemoveAsync(job.Id);

        SegmentationServiceException gone = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.JobAsync(job.Id));
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        await RunningService.UntilAsync(() => service.Leftovers.Count == 0);
    }

    [Fact]
    public async Task CancellingTheClient_CallsTheJobOff()
    {
        string image = Large();
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        using CancellationTokenSource cancel = new();

        Task<SegmentationJob> work = service.Client.SegmentAsync([ImagePart.Channel(0, image)], progress: new CancelsInWork(cancel), cancel: cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        await RunningService.UntilAsync(() => service.Leftovers.Count == 0);
    }

    [Fact]
    public async Task AJobThatWaits_TellsItsPlace_AndCanBeCalledOff()
    {
        string image = Large(), small = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        SegmentationJob first = await service.Client.SubmitAsync([ImagePart.Channel(0, image)]);
        await RunningService.UntilAsync(() => service.Store.Find(first.Id)!.Look().State == Web.Service.Jobs.JobState.Running);
        SegmentationJob second = await service.Client.SubmitAsync([ImagePart.Channel(0, small)]);
        SegmentationJob third = await service.Client.SubmitAsync([ImagePart.Channel(0, small)]);

        await service.Client.RemoveAsync(second.Id);
        SegmentationJob moved = await service.Client.JobAsync(third.Id);
        await service.Client.RemoveAsync(first.Id);
        SegmentationJob done = await service.Client.WaitAsync(third.Id);

        Assert.Equal((0, 1, 0), (second.Position, third.Position, moved.Position));
        Assert.Equal(JobState.Done, done.State);
        await RunningService.UntilAsync(() => service.Leftovers.Count == 1);
    }

    [Fact]
    public async Task ACallerWhoDoesNotWait_HasItsJobCalledOff()
    {
        byte[] image = await File.ReadAllBytesAsync(Large());
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        using CancellationTokenSource impatient = new();
        using ByteArrayContent body = new(image);

        Task<HttpResponseMessage> call = service.Http.PostAsync("/v1/segmentations?wait=600", body, impatient.Token);
        await RunningService.UntilAsync(() => service.Store.Count == 1);
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await RunningService.UntilAsync(() => service.Leftovers.Count == 0);
    }

    [Fact]
    public async Task Results_AreDeletedWhenTheirTimeIsOver()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { KeepSeconds = 0.5 });

        SegmentationJob job = await service.Client.SubmitAsync([ImagePart.Channel(0, image)]);

        await RunningService.UntilAsync(() => service.Store.Count == 0);
        await Assert.ThrowsAsync<SegmentationServiceException>(() => service.ResultAsync(job.Id));
        Assert.Empty(service.Leftovers);
    }

    [Fact]
    public async Task AModelWithoutWork_IsUnloaded_AndLoadedAgain()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { IdleSeconds = 0.2 });
        await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);
        await RunningService.UntilAsync(() => !service.Models[0].IsLoaded);

        SegmentationJob again = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        Assert.Equal(JobState.Done, again.State);
    }

    [Fact]
    public async Task SeveralModels_AreChosenByTheirNames()
    {
        using SmallModel other = new(channels: 2);
        string image = RunningService.Image(_folder), second = RunningService.Image(_folder, channel: 1);
        ServiceSettings settings = RunningService.Of(_model.Folder, _folder) with { Models = [new ModelAddress("one", _model.Folder), new ModelAddress("two", other.Folder)] };
        await using RunningService service = await RunningService.StartAsync(settings);

        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image), ImagePart.Channel(1, second)], new SegmentationOptions { Model = "two" });
        SegmentationServiceException unnamed = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image)]));
        SegmentationServiceException unknown = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image)], new SegmentationOptions { Model = "three" }));

        Assert.Equal("two", job.Model);
        Assert.Contains("one, two", unnamed.Message, StringComparison.Ordinal);
        Assert.Contains("\"three\"", unknown.Message, StringComparison.Ordinal);
    }

    /// <summary>An image that takes some seconds.</summary>
    private string Large()
    {
        string path = _folder["large.nii.gz"];
        if (!File.Exists(path)) ImageFile.WriteVolume(path, SmallModel.Image(160, 160, 160));
        return path;
    }

    private sealed class Listed(List<SegmentationJob> seen) : IProgress<SegmentationJob>
    {
        public void Report(SegmentationJob value) => seen.Add(value);
    }

    private sealed class CancelsInWork(CancellationTokenSource cancel) : IProgress<SegmentationJob>
    {
        public void Report(SegmentationJob value)
        {
            if (value.State == JobState.Running) cancel.Cancel();
        }
    }
}
