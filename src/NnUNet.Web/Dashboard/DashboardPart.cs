using Microsoft.AspNetCore.Routing;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard;

/// <summary>One part of the live page: a sealed class in its own file, found by its <see cref="Foundation.CatalogNameAttribute"/>, with addresses below <c>/api/NAME</c>.</summary>
internal abstract class DashboardPart
{
    /// <summary>Adds its addresses.</summary>
    /// <param name="routes">Takes them.</param>
    /// <param name="settings">The workspace to show.</param>
    public abstract void Map(IEndpointRouteBuilder routes, DashboardSettings settings);
}
