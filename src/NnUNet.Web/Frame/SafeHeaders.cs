using Microsoft.AspNetCore.Http;

namespace NnUNet.Web.Frame;

/// <summary>Tells browsers to load nothing from elsewhere, to show the pages in no frame of others, and to keep no answer.</summary>
internal sealed class SafeHeaders(RequestDelegate next)
{
    // NiiVue compiles no text and makes no workers, but has its letters and lights as images within itself.
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    /// <summary>Adds the headers and passes on.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(context);
    }
}
