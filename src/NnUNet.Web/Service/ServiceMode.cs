using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Web.Frame;
using NnUNet.Web.Service.Jobs;
using NnUNet.Web.Service.Models;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service;

/// <summary>The segmentation service.</summary>
[CatalogName("serve")]
internal sealed class ServiceMode : WebMode
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly string[] PageFiles = ["/try", "/parts"];
    private static readonly string[] SharedFiles = ["app.css", "icon.svg"];

    private ServiceSettings? _settings;
    private ServedModels? _models;
    private JobStore? _store;

    /// <inheritdoc/>
    public override string Title => "nnU-Net service";

    /// <inheritdoc/>
    public override IReadOnlyList<string> OpenPaths => ["/healthz", "/readyz"];

    /// <inheritdoc/>
    public override WebSettings Configure(string settings)
    {
        _settings = ProductJson.Parse<ServiceSettings>("service", settings);
        _settings.ThrowIfWrong();
        _settings.Web.ThrowIfWrong();
        if (_settings.Threads > 0) OperationThreads.Asked = _settings.Threads;
        if (_settings.LoopThreads > 0) ParallelLoop.DefaultDegree = _settings.LoopThreads;
        using IDisposable memory = MemoryLimit.Set(_settings.MemoryBytes, _settings.HeldBytes);
        _models = ServedModels.Open(_settings);
        _store = JobStore.Open(_settings, TimeProvider.System);
        return _settings.Web;
    }

    /// <inheritdoc/>
    public override void AddServices(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        (ServiceSettings settings, ServedModels models, JobStore store) = (_settings!, _models!, _store!);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = settings.MaxUploadBytes;
            server.Limits.MinRequestBodyDataRate = new MinDataRate(settings.SlowestUpload, Grace);
        });
        builder.Logging.ClearProviders().AddJsonConsole(static line => line.UseUtcTimestamp = true);
        builder.Services.AddSingleton(settings).AddSingleton(models).AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => store); // made in a way that the container disposes it
        builder.Services.AddSingleton<ServiceMeter>().AddSingleton<JobWorker>().AddSingleton<SegmentationCalls>();
        builder.Services.AddSingleton(static services =>
        {
            ServiceMeter own = services.GetRequiredService<ServiceMeter>();
            return new PrometheusText(meter => ReferenceEquals(meter, own.Meter) || meter.Name == PredictionMeter.Name);
        });
        builder.Services.AddHostedService(static services => services.GetRequiredService<JobWorker>());
    }

    /// <inheritdoc/>
    public override void Map(WebApplication application)
    {
        ArgumentNullException.ThrowIfNull(application);
        IServiceProvider services = application.Services;
        PrometheusText measurements = services.GetRequiredService<PrometheusText>(); // listens from now on
        JobWorker worker = services.GetRequiredService<JobWorker>();
        ServedModels models = services.GetRequiredService<ServedModels>();
        application.UseMiddleware<RefusalAnswer>();
        foreach (string folder in PageFiles)
        {
            PhysicalFileProvider files = new(Path.Combine(AppContext.BaseDirectory, "wwwroot" + folder));
            application.UseDefaultFiles(new DefaultFilesOptions { RequestPath = folder, FileProvider = files });
            application.UseStaticFiles(new StaticFileOptions { RequestPath = folder, FileProvider = files });
        }

        application.UseRouting(); // after the files: the address of last resort below would take theirs otherwise
        foreach (string file in SharedFiles)
        {
            string path = Path.Combine(AppContext.BaseDirectory, "wwwroot", file);
            application.MapGet("/" + file, () => Results.File(path, file.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "image/svg+xml"));
        }

        application.MapGet("/", static () => Results.Redirect("/try/"));
        application.MapGet("/healthz", static () => Results.Text("ok"));
        application.MapGet("/readyz", () => worker.Works ? Results.Text("ok") : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable));
        application.MapGet("/metrics", () => Results.Text(measurements.Print(), PrometheusText.ContentType));
        application.MapGet("/openapi/v1.json", static () => Results.Stream(OpenApi(), "application/json"));
        application.MapGet("/v1/models", () => WebJson.Answer(models.All.Select(ModelAnswer.Of).ToArray()));
        application.MapGet("/v1/models/{name}", (string name) => models.Find(name) is { } model
            ? WebJson.Answer(ModelAnswer.Of(model))
            : Results.Problem(Problem.Of(StatusCodes.Status404NotFound, "There is no such model; /v1/models tells what there is.")));
        services.GetRequiredService<SegmentationCalls>().Map(application);
        application.MapFallback(static context => Problem.WriteAsync(context, StatusCodes.Status404NotFound, "There is nothing at this address."));
    }

    /// <summary>The description of the calls.</summary>
    internal static Stream OpenApi() => Assembly.GetExecutingAssembly().GetManifestResourceStream("openapi.json")!;
}
