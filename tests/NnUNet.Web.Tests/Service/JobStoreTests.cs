using NnUNet.Client;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Web.Service.Jobs;
using NnUNet.Workflows.Web;
using JobState = NnUNet.Client.JobState;

namespace NnUNet.Web.Tests.Service;

/// <summary>What a service finds when it starts.</summary>
public sealed class JobStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SmallModel _model = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void WhatIsNoJob_IsRemoved()
    {
        ServiceSettings settings = RunningService.Of(_model.Folder, _folder);
        string jobs = Path.Combine(settings.State, "jobs");
        foreach ((string name, string record) in ((string, string)[])[("a", "{ half"), ("b", """{"Id": "c"}"""), ("d", "")])
        {
            Directory.CreateDirectory(Path.Combine(jobs, name));
            File.WriteAllText(Path.Combine(jobs, name, "job.json"), record);
        }

        Directory.CreateDirectory(Path.Combine(jobs, "e"));

        using JobStore store = JobStore.Open(settings, TimeProvider.System);

        Assert.Equal(0, store.Count);
        Assert.Empty(Directory.GetDirectories(jobs));
    }

    [Fact]
    public async Task AJobInWhoseWorkTheProgramEndedThreeTimes_FailsInstead()
    {
        string image = RunningService.Image(_folder);
        ServiceSettings settings = RunningService.Of(_model.Folder, _folder);
        Job accepted;
        using (JobStore store = JobStore.Open(settings, TimeProvider.System))
        {
            accepted = Accept(store, image);
            JobStore.Write(accepted, accepted.Look().Record with { Attempts = 3 });
        }

        await using RunningService service = await RunningService.StartAsync(settings);

        SegmentationServiceException failed = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.WaitAsync(accepted.Id));
        Assert.Contains("ended 3 times", failed.Message, StringComparison.Ordinal);
        Assert.Equal(JobState.Failed, (await service.Client.JobAsync(accepted.Id)).State);
    }

    [Fact]
    public async Task AJobOfAModelThatIsNotServedAnyMore_Fails()
    {
        string image = RunningService.Image(_folder);
        ServiceSettings settings = RunningService.Of(_model.Folder, _folder);
        string id;
        using (JobStore store = JobStore.Open(settings, TimeProvider.System)) id = Accept(store, image).Id;

        await using RunningService service = await RunningService.StartAsync(settings with { Models = [new ModelAddress("another", _model.Folder)] });

        SegmentationServiceException failed = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.WaitAsync(id));
        Assert.Contains("not served any more", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderOfJobsThatCannotBeWritten_IsAFaultOfTheStart()
    {
        await File.WriteAllTextAsync(_folder["state"], "a file");

        DescribedException refused = await Assert.ThrowsAsync<DescribedException>(() => RunningService.StartAsync(RunningService.Of(_model.Folder, _folder)));

        Assert.Contains("--state", refused.Message, StringComparison.Ordinal);
    }

    private static Job Accept(JobStore store, string image)
    {
        Assert.Equal(FullBecause.No, store.TryReserve("somebody", out Place? place));
        Directory.CreateDirectory(place!.InputFolder);
        File.Copy(image, Path.Combine(place.InputFolder, "image_0000.nii.gz"));
        return store.Accept(place, "small", new JobOptions(), ["image_0000.nii.gz"], previousStage: null);
    }
}
