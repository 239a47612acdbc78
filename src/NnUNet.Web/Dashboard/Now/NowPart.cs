using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard.Now;

/// <summary><c>/api/now</c>: what runs, and the course of each training; <c>/api/now/events</c> tells it anew whenever it changes.</summary>
[CatalogName("now")]
internal sealed class NowPart : DashboardPart
{
    private const int DefaultLines = 40;
    private const int MostLines = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes, DashboardSettings settings)
    {
        WorkspacePlaces places = new(settings, TimeProvider.System);
        Trainings trainings = new(new WorkspaceFiles(places), TimeProvider.System);
        NowWatcher watcher = new(trainings.Look, Pause, Silence);
        routes.MapGet("/api/now", () => WebJson.Answer(trainings.Look()));
        routes.MapGet("/api/now/curves", (string? fold) => places.FindFold(fold) is { } found ? WebJson.Answer(trainings.Curves(found.Model, found.Fold)) : NotFound());
        routes.MapGet("/api/now/log", (string? fold, int? lines) =>
            places.FindFold(fold) is { } found ? WebJson.Answer(trainings.Log(found.Fold, Math.Clamp(lines ?? DefaultLines, 1, MostLines))) : NotFound());
        routes.MapGet("/api/now/events", (HttpContext call) => TellAsync(call, watcher));
    }

    private static IResult NotFound() => Results.Problem(Problem.Of(StatusCodes.Status404NotFound, "There is no training of this name in the results."));

    private static async Task TellAsync(HttpContext call, NowWatcher watcher)
    {
        call.Response.ContentType = "text/event-stream";
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(call.RequestAborted, call.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        try
        {
            await foreach (string state in watcher.ListenAsync(end.Token).ConfigureAwait(false))
            {
                await call.Response.WriteAsync(state.Length == 0 ? ": \n\n" : $"event: now\ndata: {state}\n\n", end.Token).ConfigureAwait(false); // proxies close what is silent
                await call.Response.Body.FlushAsync(end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the page was closed, or the program ends
        }
    }
}
