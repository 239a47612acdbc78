using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard.Data;

/// <summary><c>/api/data</c>: the data sets; <c>/api/data/TASK</c>: all about one; <c>/api/data/network?fold=…</c>: the drawing of a fold's network; <c>/api/data/TASK/augmentation?configuration=…</c>: an augmented batch.</summary>
[CatalogName("data")]
internal sealed class DataPart : DashboardPart
{
    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes, DashboardSettings settings)
    {
        WorkspacePlaces places = new(settings, TimeProvider.System);
        TaskData data = new(new WorkspaceFiles(places));
        AugmentationPictures batches = new(places, AugmentationPictures.Program);
        routes.MapGet("/api/data/{task}/augmentation", async (string task, string? configuration, CancellationToken cancel) =>
            data.Find(task)?.Configurations.Contains(configuration, StringComparer.Ordinal) == true
                ? Results.Bytes(await batches.DrawAsync(task, configuration!, cancel).ConfigureAwait(false), "image/png")
                : NotFound("There is no plan of this configuration."));
        routes.MapGet("/api/data", () => WebJson.Answer(data.Tasks()));
        routes.MapGet("/api/data/network", (string? fold) => Drawing(places, fold));
        routes.MapGet("/api/data/{task}", (string task) => places.Tasks().Contains(task, StringComparer.Ordinal) ? WebJson.Answer(data.About(task)) : NotFound("There is no data set of this name."));
    }

    private static IResult Drawing(WorkspacePlaces places, string? fold)
    {
        if (places.FindFold(fold) is not { } found) return NotFound("There is no training of this name in the results.");
        string path = Path.Combine(found.Fold.Folder, TaskData.NetworkFile);
        try
        {
            return File.Exists(path) ? Results.Stream(LiveFile.Open(path), "image/svg+xml") : NotFound("This fold has no drawing of its network.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NotFound("The drawing cannot be read.");
        }
    }

    private static IResult NotFound(string detail) => Results.Problem(Problem.Of(StatusCodes.Status404NotFound, detail));
}
