using System.Net;
using Microsoft.AspNetCore.Http;

namespace NnUNet.Web.Frame;

/// <summary>Lets callers in: by a token where there is one, and by this machine's own names where only this machine is meant.</summary>
/// <remarks>
/// A page of another site can have a browser call this machine by a name that it made lead here; such calls bear that name. A browser gives
/// the token once as <c>?token=…</c> and has it as a cookie afterwards, which pages of other sites cannot send.
/// </remarks>
internal sealed class AccessCheck(RequestDelegate next, AccessRules rules)
{
    private const string Scheme = "Bearer ";
    private const string Cookie = "nnunet_token";
    private const string Query = "token";

    /// <summary>Answers, or passes on.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (rules is { IsLoopback: true, Token: null } && !IsThisMachine(context.Request.Host.Host))
        {
            await Problem.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, "Call this program by localhost or 127.0.0.1.").ConfigureAwait(false);
            return;
        }

        if (rules.Token is { } token && !rules.OpenPaths.Contains(context.Request.Path.Value, StringComparer.Ordinal))
        {
            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Query[Query] is [{ } once] && token.Is(once))
            {
                context.Response.Cookies.Append(Cookie, once, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps });
                context.Response.Redirect(context.Request.Path);
                return;
            }

            if (Word(context.Request) is not { } word || !token.Is(word))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "The call has no valid token: send the header Authorization: Bearer TOKEN.").ConfigureAwait(false);
                return;
            }
        }

        await next(context).ConfigureAwait(false);
    }

    private static string? Word(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is not null) return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

        // A cookie alone may look, but change nothing.
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? request.Cookies[Cookie] : null;
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
