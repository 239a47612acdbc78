using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NnUNet.Client;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Web.Frame;
using NnUNet.Web.Service;
using NnUNet.Web.Service.Jobs;
using NnUNet.Web.Service.Models;
using NnUNet.Workflows.Prediction;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Service;

/// <summary>A service at a free port of this machine, with its state in a temporary folder.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly WebApplication _application;

    private RunningService(WebApplication application, ServiceSettings settings, string? token)
    {
        _application = application;
        Settings = settings;
        Address = new Uri(WebProgram.Address(application));
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(15) };
        Client = new SegmentationClient(Http, token);
    }

    public ServiceSettings Settings { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public SegmentationClient Client { get; }

    public IReadOnlyList<ServedModel> Models => _application.Services.GetRequiredService<ServedModels>().All;

    public JobStore Store => _application.Services.GetRequiredService<JobStore>();

    public IServiceProvider Services => _application.Services;

    /// <summary>The state's folder of uploads in progress and of jobs: nothing in either means that nothing is left.</summary>
    public IReadOnlyList<string> Leftovers => [.. new[] { "incoming", "jobs" }.SelectMany(f => Directory.GetDirectories(Path.Combine(Settings.State, f)))];

    /// <summary>Starts one.</summary>
    /// <param name="settings">Its settings; the port is chosen.</param>
    /// <param name="token">The token that its client sends.</param>
    public static async Task<RunningService> StartAsync(ServiceSettings settings, string? token = null)
    {
        WebApplication application = WebProgram.Build(new ServiceMode(), JsonSerializer.Serialize(settings with { Web = settings.Web with { Port = 0 } }, ProductJson.OneLine));
        await application.StartAsync();
        return new RunningService(application, settings, token);
    }

    /// <summary>The settings for a model, with the state in a folder.</summary>
    public static ServiceSettings Of(string model, TemporaryFolder folder, string name = "small") => new() { Models = [new ModelAddress(name, model)], State = folder["state"] };

    /// <summary>Writes an image of a channel into a folder, as <c>CASE_0000.nii.gz</c>.</summary>
    public static string Image(TemporaryFolder folder, string caseId = "a", int channel = 0, int seed = 0, string ending = ".nii.gz")
    {
        string path = folder[$"images/{caseId}_{channel:0000}{ending}"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.WriteVolume(path, SmallModel.Image(seed: seed));
        return path;
    }

    /// <summary>What the command makes of the images of a folder.</summary>
    /// <returns>The folder with the segmentations.</returns>
    public static string Predict(string model, TemporaryFolder folder, PredictRunOptions? options = null, string output = "predicted")
    {
        PredictReport report = PredictRun.Run(model, folder["images"], folder[output], options);
        Assert.Empty(report.Failures);
        return folder[output];
    }

    /// <summary>The bytes of a job's segmentation.</summary>
    public async Task<byte[]> ResultAsync(string id, string? format = null)
    {
        using MemoryStream result = new();
        await Client.CopyResultAsync(id, result, format);
        return result.ToArray();
    }

    /// <summary>Waits until something is so; against hangs only.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(15));
        while (!isSo()) await Task.Delay(20, patience.Token);
    }

    /// <summary>Stops it, as at the end of the program.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
