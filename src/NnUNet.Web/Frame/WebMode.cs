using Microsoft.AspNetCore.Builder;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Frame;

/// <summary>What the program serves: a sealed class, found by its <see cref="Foundation.CatalogNameAttribute"/>, which is the command that starts it.</summary>
internal abstract class WebMode
{
    /// <summary>What it is called in the line that says where it listens.</summary>
    public abstract string Title { get; }

    /// <summary>Takes its settings.</summary>
    /// <param name="settings">The line of JSON that the command wrote.</param>
    /// <returns>Where to listen.</returns>
    /// <exception cref="Foundation.DescribedException">They are wrong, or what they name cannot be served.</exception>
    public abstract WebSettings Configure(string settings);

    /// <summary>Adds what it needs to the container.</summary>
    public abstract void AddServices(WebApplicationBuilder builder);

    /// <summary>Adds its addresses.</summary>
    public abstract void Map(WebApplication application);

    /// <summary>Addresses that need no token, such as those by which a supervisor asks whether it lives.</summary>
    /// <value>None.</value>
    public virtual IReadOnlyList<string> OpenPaths => [];
}
