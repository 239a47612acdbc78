using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard.Scores;

/// <summary><c>/api/results</c>: the tasks that have models; <c>/api/results/TASK</c>: their cross-validation and the choice; <c>/api/results/TASK/cases?model=…</c>: case by case.</summary>
[CatalogName("results")]
internal sealed class ResultsPart : DashboardPart
{
    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes, DashboardSettings settings)
    {
        WorkspacePlaces places = new(settings, TimeProvider.System);
        TaskScores scores = new(new WorkspaceFiles(places));
        routes.MapGet("/api/results", () => WebJson.Answer(scores.Tasks()));
        routes.MapGet("/api/results/{task}", (string task) =>
            places.AllModels().Any(m => m.Task == task) ? WebJson.Answer(scores.Of(task)) : NotFound("There is no model of a task of this name."));
        routes.MapGet("/api/results/{task}/cases", (string task, string? model) =>
            places.FindModel(model) is { } found && found.Task == task ? WebJson.Answer(scores.Cases(found)) : NotFound("There is no model of this name."));
    }

    private static IResult NotFound(string detail) => Results.Problem(Problem.Of(StatusCodes.Status404NotFound, detail));
}
