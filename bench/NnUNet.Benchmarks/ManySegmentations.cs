using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using NnUNet.Benchmarks.Pipeline;
using NnUNet.Benchmarks.Suite;
using NnUNet.Client;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Benchmarks;
using NnUNet.Web.Frame;
using NnUNet.Web.Service;
using NnUNet.Workflows.Web;

namespace NnUNet.Benchmarks;

/// <summary>Many segmentations of one small image by one service with 16 callers at a time: the private memory of the second half must be that of the first within 2 %.</summary>
/// <remarks>Memory is looked at after each round of calls, when garbage was collected; callers are in the same process.</remarks>
internal static class ManySegmentations
{
    private const int Callers = 16;
    private const int WarmUp = 10;
    private static readonly SegmentationOptions Plain = new() { Mirroring = false };

    /// <summary>Runs once.</summary>
    /// <param name="rounds">Rounds of as many segmentations as there are callers.</param>
    public static MeasuredTable Run(int rounds)
    {
        MachineFacts machine = MachineFacts.Now();
        string folder = Directory.CreateTempSubdirectory("nnunet-bench-").FullName, image = Path.Combine(folder, "image.nii.gz"), model = Path.Combine(folder, "model");
        try
        {
            HippocampusModel.Write(model, static plan => plan with { BaseNumFeatures = 8, PlansPerStage = new() { [0] = plan.PlansPerStage[0] with { PatchSize = [16, 16, 16] } } });
            Volume<float> volume = new(new Extent(20, 24, 22));
            for (int v = 0; v < volume.Voxels.Length; v++) volume.Voxels[v] = MathF.Sin(v * 0.1f);
            ImageFile.WriteVolume(image, volume);
            ServiceSettings settings = new() { Web = new WebSettings { Port = 0 }, Models = [new ModelAddress("small", model)], State = Path.Combine(folder, "state"), Queue = 8, PerClient = 100 };
            WebApplication service = WebProgram.Build(new ServiceMode(), JsonSerializer.Serialize(settings, ProductJson.OneLine));
            service.StartAsync().GetAwaiter().GetResult();
            (long[] bytes, double[] seconds) = (new long[rounds], new double[rounds]);
            using (SegmentationClient client = new(new Uri(WebProgram.Address(service))))
            {
                for (int i = 0; i < WarmUp; i++) Round(client, image);
                for (int i = 0; i < rounds; i++)
                {
                    long begin = Stopwatch.GetTimestamp();
                    Round(client, image);
                    seconds[i] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                    GC.Collect();
                    bytes[i] = PrivateMemory.Now();
                }
            }

            service.StopAsync().GetAwaiter().GetResult();
            service.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return new MeasuredTable
            {
                Name = nameof(ManySegmentations),
                Machine = machine,
                Rows = [.. MemoryHalves.Rows($"{rounds} rounds of {Callers} calls of a service", bytes, seconds, 0, 0)],
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Round(SegmentationClient client, string image) => Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
    {
        while (true)
        {
            try
            {
                SegmentationJob job = await client.SegmentAsync([ImagePart.Channel(0, image)], Plain).ConfigureAwait(false);
                await client.CopyResultAsync(job.Id, Stream.Null).ConfigureAwait(false);
                await client.RemoveAsync(job.Id).ConfigureAwait(false);
                return;
            }
            catch (SegmentationServiceException e) when (e.Status == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(20).ConfigureAwait(false);
            }
        }
    })).GetAwaiter().GetResult();
}
