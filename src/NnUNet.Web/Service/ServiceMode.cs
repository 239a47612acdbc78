using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NnUNet.Foundation;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service;

/// <summary>The segmentation service.</summary>
[CatalogName("serve")]
internal sealed class ServiceMode : WebMode
{
    private ServiceSettings? _settings;

    /// <inheritdoc/>
    public override string Title => "nnU-Net service";

    /// <inheritdoc/>
    public override IReadOnlyList<string> OpenPaths => ["/healthz", "/readyz"];

    /// <inheritdoc/>
    public override WebSettings Configure(string settings)
    {
        _settings = ProductJson.Parse<ServiceSettings>("service", settings);
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
        application.MapGet("/healthz", static () => Results.Text("ok"));
    }
}
