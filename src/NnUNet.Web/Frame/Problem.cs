using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace NnUNet.Web.Frame;

/// <summary>Answers that something is wrong, as <c>application/problem+json</c> (RFC 9457).</summary>
internal static class Problem
{
    private const string ContentType = "application/problem+json";

    /// <summary>Writes one.</summary>
    /// <param name="context">The call.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="detail">What is wrong and what to do, in the words of the commands; no path of this machine.</param>
    public static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(Of(status, detail), options: null, ContentType, context.RequestAborted);
    }

    /// <summary>One as a value.</summary>
    public static ProblemDetails Of(int status, string detail) => new() { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail };
}
