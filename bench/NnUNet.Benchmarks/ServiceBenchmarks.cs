using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using NnUNet.Benchmarks.Pipeline;
using NnUNet.Benchmarks.Suite;
using NnUNet.Client;
using NnUNet.Core.Cropping;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Web.Frame;
using NnUNet.Web.Service;
using NnUNet.Workflows.Web;

namespace NnUNet.Benchmarks;

/// <summary>A small image of 20x24x22 voxels with a small network that is loaded: by the library from file to file, and by the service over loopback, from the upload to the last byte of the segmentation. The aim is less than 30 ms between them.</summary>
[Kernel("service", Slow = true)]
#pragma warning disable CA1001 // BenchmarkDotNet calls Cleanup
public class ServiceBenchmarks
#pragma warning restore CA1001
{
    private const int Images = 20;
    private static readonly SegmentationOptions Plain = new() { Mirroring = false };

    private readonly string _root = Directory.CreateTempSubdirectory("nnunet-bench-").FullName;
    private Segmenter? _segmenter;
    private WebApplication? _service;
    private SegmentationClient? _client;
    private HttpClient? _http;

    private string Model => Path.Combine(_root, "model");

    private string Image => Path.Combine(_root, "image.nii.gz");

    private string Result => Path.Combine(_root, "result.nii.gz");

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Initialize();
        HippocampusModel.Write(Model, static plan => plan with { BaseNumFeatures = 8, PlansPerStage = new() { [0] = plan.PlansPerStage[0] with { PatchSize = [16, 16, 16] } } });
        Volume<float> image = new(new Extent(20, 24, 22));
        for (int v = 0; v < image.Voxels.Length; v++) image.Voxels[v] = MathF.Sin(v * 0.1f);
        ImageFile.WriteVolume(Image, image);
        _segmenter = Segmenter.Load(Model, new PredictOptions { Mirror = false });
        ServiceSettings settings = new() { Web = new WebSettings { Port = 0 }, Models = [new ModelAddress("small", Model)], State = Path.Combine(_root, "state") };
        _service = WebProgram.Build(new ServiceMode(), JsonSerializer.Serialize(settings, ProductJson.OneLine));
        _service.StartAsync().GetAwaiter().GetResult();
        _http = new HttpClient { BaseAddress = new Uri(WebProgram.Address(_service)) };
        _client = new SegmentationClient(_http);
        ServiceWaiting(); // loads the networks
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _client!.Dispose();
        _http!.Dispose();
        _service!.StopAsync().GetAwaiter().GetResult();
        _service.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _segmenter!.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>The library, one image after the other.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Images)]
    public void Library()
    {
        for (int i = 0; i < Images; i++)
        {
            SegmentationResult result = _segmenter!.Predict(CaseReader.ReadChannels([Image]));
            ImageFile.WriteLabels(Result, result.Segmentation);
        }
    }

    /// <summary>One call an image, which waits for the segmentation.</summary>
    [Benchmark(OperationsPerInvoke = Images)]
    public void ServiceWaiting()
    {
        for (int i = 0; i < Images; i++)
        {
            using ByteArrayContent body = new(File.ReadAllBytes(Image));
            using HttpResponseMessage answer = _http!.PostAsync(new Uri("/v1/segmentations?mirroring=false&wait=60", UriKind.Relative), body).GetAwaiter().GetResult();
            File.WriteAllBytes(Result, answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync().GetAwaiter().GetResult());
        }
    }

    /// <summary>The client: upload, events until the end, segmentation, removal.</summary>
    [Benchmark(OperationsPerInvoke = Images)]
    public void ServiceClient()
    {
        for (int i = 0; i < Images; i++)
        {
            SegmentationJob job = _client!.SegmentAsync([ImagePart.Channel(0, Image)], Plain).GetAwaiter().GetResult();
            _client.SaveResultAsync(job.Id, Result).GetAwaiter().GetResult();
            _client.RemoveAsync(job.Id).GetAwaiter().GetResult();
        }
    }
}
