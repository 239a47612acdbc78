using System.Net;
using NnUNet.Client;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Web.Tests.Service;

/// <summary>Many callers at a time, and an end in the middle of it.</summary>
public sealed class LoadTests : IDisposable
{
    private const int Requests = 200;
    private const int Callers = 16;
    private const int Images = 4;

    private readonly TemporaryFolder _folder = new();
    private readonly SmallModel _model = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task OfTwoHundredCallsBySixteenCallers_EachAcceptedOneIsAnsweredRightly_AndOthersAreToldWhenToCallAgain()
    {
        (string[] images, byte[][] expected) = Cases();
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { Queue = 8, PerClient = 100 });
        int next = 0, refused = 0, done = 0;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            using SegmentationClient client = new(service.Address);
            for (int i = Interlocked.Increment(ref next); i <= Requests; i = Interlocked.Increment(ref next))
            {
                int image = i % Images;
                while (true)
                {
                    try
                    {
                        SegmentationJob job = await client.SegmentAsync([ImagePart.Channel(0, images[image])]);
                        using MemoryStream result = new();
                        await client.CopyResultAsync(job.Id, result);
                        Assert.Equal(expected[image], result.ToArray());
                        await client.RemoveAsync(job.Id);
                        Interlocked.Increment(ref done);
                        break;
                    }
                    catch (SegmentationServiceException e) when (e.Status == HttpStatusCode.TooManyRequests)
                    {
                        Assert.NotNull(e.RetryAfter);
                        Interlocked.Increment(ref refused);
                        await Task.Delay(50); // sooner than is told: the more are refused
                    }
                }
            }
        }));

        Assert.Equal(Requests, done);
        Assert.True(refused > 0, "none was refused, so that nothing was tested");
        Assert.Empty(service.Leftovers);
    }

    [Fact]
    public async Task AClientWithManyJobs_IsRefusedBeforeOthersAre()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { PerClient = 1 });
        Assert.Equal(Web.Service.Jobs.FullBecause.No, service.Store.TryReserve(Web.Service.Jobs.JobStore.ClientOf("127.0.0.1"), out Web.Service.Jobs.Place? place));
        using (place)
        {
            SegmentationServiceException refused = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image)]));
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
            Assert.Contains("This client", refused.Message, StringComparison.Ordinal);
            Assert.Equal(Web.Service.Jobs.FullBecause.No, service.Store.TryReserve("another", out Web.Service.Jobs.Place? other));
            other!.Dispose();
        }

        Assert.Equal(JobState.Done, (await service.Client.SegmentAsync([ImagePart.Channel(0, image)])).State);
    }

    [Fact]
    public async Task KilledInTheMiddle_AndStartedAgain_ItFinishesWhatItAccepted()
    {
        (string[] images, byte[][] expected) = Cases();
        var settings = RunningService.Of(_model.Folder, _folder) with { Queue = 100, PerClient = 100 };
        List<(string Id, int Image)> accepted = [];
        using (ServiceProcess first = await ServiceProcess.StartAsync(settings))
        {
            for (int i = 0; i < 40; i++) accepted.Add(((await first.Client.SubmitAsync([ImagePart.Channel(0, images[i % Images])])).Id, i % Images));
            await first.KillAsync();
        }

        // As an upload that was interrupted by it.
        Directory.CreateDirectory(Path.Combine(settings.State, "incoming", "half"));
        using ServiceProcess second = await ServiceProcess.StartAsync(settings);
        foreach ((string id, int image) in accepted)
        {
            await second.Client.WaitAsync(id);
            using MemoryStream result = new();
            await second.Client.CopyResultAsync(id, result);
            Assert.Equal(expected[image], result.ToArray());
        }

        Assert.Empty(Directory.GetDirectories(Path.Combine(settings.State, "incoming")));
        Assert.Equal(0, await second.StopAsync());
        Assert.Contains(second.Lines, static l => l.Contains("jobs of an earlier run continue", StringComparison.Ordinal));
        Assert.Contains(second.Lines, l => l.Contains(accepted[^1].Id, StringComparison.Ordinal) && l.Contains("\"State\":\"done\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StoppedInTheMiddle_ItBeginsTheJobAnewWhenItStartsAgain()
    {
        string image = RunningService.Image(_folder);
        byte[] expected = await File.ReadAllBytesAsync(Path.Combine(RunningService.Predict(_model.Folder, _folder), "a.nii.gz"));
        string[] ids = new string[5];
        var settings = RunningService.Of(_model.Folder, _folder);
        await using (RunningService first = await RunningService.StartAsync(settings))
        {
            for (int i = 0; i < ids.Length; i++) ids[i] = (await first.Client.SubmitAsync([ImagePart.Channel(0, image)])).Id;
        }

        await using RunningService second = await RunningService.StartAsync(settings);
        foreach (string id in ids)
        {
            await second.Client.WaitAsync(id);
            Assert.Equal(expected, await second.ResultAsync(id));
        }
    }

    [Fact]
    public async Task TwoServices_DoNotShareAFolderOfJobs()
    {
        await using RunningService first = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        Foundation.DescribedException refused = await Assert.ThrowsAsync<Foundation.DescribedException>(() => RunningService.StartAsync(first.Settings));

        Assert.Contains("another service works with this folder", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Images, and what the command makes of each.</summary>
    private (string[] Images, byte[][] Expected) Cases()
    {
        string[] images = [.. Enumerable.Range(0, Images).Select(i => RunningService.Image(_folder, $"case{i}", seed: i))];
        string predicted = RunningService.Predict(_model.Folder, _folder);
        return (images, [.. Enumerable.Range(0, Images).Select(i => File.ReadAllBytes(Path.Combine(predicted, $"case{i}.nii.gz")))]);
    }
}
