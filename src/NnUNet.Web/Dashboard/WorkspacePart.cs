using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using NnUNet.Foundation;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard;

/// <summary><c>/api/workspace</c>: the three folders and the version of the program.</summary>
[CatalogName("workspace")]
internal sealed class WorkspacePart : DashboardPart
{
    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes, DashboardSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string version = typeof(WorkspacePart).Assembly.GetName().Version?.ToString(3) ?? "";
        routes.MapGet("/api/workspace", () => WebJson.Answer(new WorkspaceAnswer(version, settings.Raw, settings.Preprocessed, settings.Results)));
    }
}

/// <summary>The workspace.</summary>
/// <param name="Version">The version of the program.</param>
/// <param name="Raw">The folder of raw data sets.</param>
/// <param name="Preprocessed">The folder of plans and preprocessed cases.</param>
/// <param name="Results">The folder of trained models.</param>
internal sealed record WorkspaceAnswer(string Version, string Raw, string Preprocessed, string Results);
