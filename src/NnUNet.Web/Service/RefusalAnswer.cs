using System.Globalization;
using Microsoft.AspNetCore.Http;
using NnUNet.Web.Frame;
using NnUNet.Web.Service.Uploads;

namespace NnUNet.Web.Service;

/// <summary>Answers calls that are refused, and those that a page of another site makes a browser send.</summary>
internal sealed class RefusalAnswer(RequestDelegate next)
{
    /// <summary>Passes on, and answers what is refused.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (IsOfAnotherSite(context.Request))
        {
            await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "Pages of other sites may not call this program.").ConfigureAwait(false);
            return;
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (CallRefusal e) when (!context.Response.HasStarted)
        {
            if (e.RetryAfter is { } later) context.Response.Headers.RetryAfter = Math.Ceiling(later.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Problem.WriteAsync(context, e.Status, e.Message).ConfigureAwait(false);
        }
    }

    /// <summary>A browser may send forms anywhere without asking, and then tells where the page is from.</summary>
    private static bool IsOfAnotherSite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && request.Headers.Origin is [{ Length: > 0 } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority == request.Host.Value);
}
