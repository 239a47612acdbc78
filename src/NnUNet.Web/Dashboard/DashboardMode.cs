using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using NnUNet.Foundation;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard;

/// <summary>The live page over a workspace; it only reads.</summary>
[CatalogName("dashboard")]
internal sealed class DashboardMode : WebMode
{
    private DashboardSettings? _settings;

    /// <inheritdoc/>
    public override string Title => "nnU-Net dashboard";

    /// <inheritdoc/>
    public override WebSettings Configure(string settings)
    {
        _settings = ProductJson.Parse<DashboardSettings>("dashboard", settings);
        return _settings.Web;
    }

    /// <inheritdoc/>
    public override void AddServices(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(_settings!);
    }

    /// <inheritdoc/>
    public override void Map(WebApplication application)
    {
        ArgumentNullException.ThrowIfNull(application);
        FileExtensionContentTypeProvider types = new();
        types.Mappings[".mjs"] = "text/javascript";
        types.Mappings[".nii"] = types.Mappings[".gz"] = "application/octet-stream";
        application.UseDefaultFiles(new DefaultFilesOptions { FileProvider = WebProgram.Pages() });
        application.UseStaticFiles(new StaticFileOptions { FileProvider = WebProgram.Pages(), ContentTypeProvider = types });
        application.UseRouting(); // after the files: the address of last resort below would take theirs otherwise
        foreach (string name in Catalog<DashboardPart>.Names) Catalog<DashboardPart>.Create(name).Map(application, _settings!);
        application.MapFallback(static context => Problem.WriteAsync(context, StatusCodes.Status404NotFound, "There is nothing at this address."));
    }
}
