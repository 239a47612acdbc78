using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NnUNet.Client;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Web.Tests.Service;

/// <summary>What the service tells of itself: its description for programs, its page, its health and its measurements.</summary>
public sealed class DescriptionTests : IDisposable
{
    private static readonly string[] NotOfPrograms = ["/", "/app.css", "/icon.svg"];

    private readonly TemporaryFolder _folder = new();
    private readonly SmallModel _model = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task TheDescription_HasTheCallsThatThereAre()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        JsonElement paths = (await JsonAsync(service, "/openapi/v1.json")).GetProperty("paths");

        string[] described = [.. paths.EnumerateObject().SelectMany(static p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}")).Order(StringComparer.Ordinal)];

        string[] mapped =
        [
            .. service.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>()
                .Where(static e => !e.RoutePattern.RawText!.StartsWith("{*", StringComparison.Ordinal) && !NotOfPrograms.Contains("/" + e.RoutePattern.RawText.TrimStart('/')))
                .SelectMany(static e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} /{e.RoutePattern.RawText!.TrimStart('/')}")).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(mapped, described);
    }

    [Fact]
    public async Task Answers_HaveTheKeysOfTheDescription()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        SegmentationJob job = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);
        JsonElement schemas = (await JsonAsync(service, "/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        JsonElement model = (await JsonAsync(service, "/v1/models"))[0], told = await JsonAsync(service, $"/v1/segmentations/{job.Id}"), statistics = await JsonAsync(service, $"/v1/segmentations/{job.Id}/statistics");
        using HttpResponseMessage nothing = await service.Http.GetAsync("/v1/segmentations/0");
        using JsonDocument problem = JsonDocument.Parse(await nothing.Content.ReadAsStringAsync());

        AssertKeys(schemas, "Model", model);
        AssertKeys(schemas, "Channel", model.GetProperty("channels")[0]);
        AssertKeys(schemas, "Label", model.GetProperty("labels")[0]);
        AssertKeys(schemas, "Estimate", model.GetProperty("estimate"));
        AssertKeys(schemas, "Job", told);
        AssertKeys(schemas, "Links", told.GetProperty("links"));
        AssertKeys(schemas, "Statistics", statistics);
        AssertKeys(schemas, "LabelVolume", statistics.GetProperty("labels")[0]);
        Assert.Equal(404, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task ThePageToTryIt_IsThere_WithAllThatItLoads()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        foreach (string address in (string[])["/", "/try/", "/try/try.js", "/parts/dom.js", "/app.css", "/icon.svg"])
        {
            using HttpResponseMessage answer = await service.Http.GetAsync(address);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode}");
        }

        using HttpResponseMessage dashboards = await service.Http.GetAsync("/pages/now.js");
        Assert.Equal(HttpStatusCode.NotFound, dashboards.StatusCode);
    }

    [Fact]
    public async Task Measurements_AreInPrometheusFormat()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);
        await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image)], new SegmentationOptions { Model = "another" }));

        // The worker notes a job's end a moment after its caller is told.
        string text = "";
        await RunningService.UntilAsync(() => (text = service.Http.GetStringAsync("/metrics").GetAwaiter().GetResult()).Contains("nnunet_service_jobs_ended_total{state=\"done\"} 1\n", StringComparison.Ordinal));

        Assert.Contains("# TYPE nnunet_service_jobs_accepted_total counter\nnnunet_service_jobs_accepted_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("nnunet_service_jobs_refused_total{status=\"422\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("nnunet_service_jobs_waiting 0\n", text, StringComparison.Ordinal);
        Assert.Contains("nnunet_service_models_loaded 1\n", text, StringComparison.Ordinal);
        Assert.Contains("nnunet_service_job_duration_seconds_bucket{le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("nnunet_service_job_duration_seconds_count 1\n", text, StringComparison.Ordinal);
        Assert.Contains("nnunet_cases_total", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_IsTold()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        Assert.Equal("ok", await service.Http.GetStringAsync("/healthz"));
        Assert.Equal("ok", await service.Http.GetStringAsync("/readyz"));
    }

    private static async Task<JsonElement> JsonAsync(RunningService service, string address) => JsonDocument.Parse(await service.Http.GetStringAsync(address)).RootElement;

    private static void AssertKeys(JsonElement schemas, string name, JsonElement answer) =>
        Assert.Equal(schemas.GetProperty(name).GetProperty("properties").EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal), answer.EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal));
}
