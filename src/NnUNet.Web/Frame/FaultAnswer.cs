using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NnUNet.Foundation;

namespace NnUNet.Web.Frame;

/// <summary>Turns what is thrown into an answer: faults of the call with their words, faults of ours without any detail.</summary>
internal sealed partial class FaultAnswer(RequestDelegate next, ILogger<FaultAnswer> logger)
{
    /// <summary>Passes on, and answers what is thrown.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // nobody listens any more
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (DescribedException e) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, StatusCodes.Status422UnprocessableEntity, SafeWords.Of(e)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the outermost frame of a call
        catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            Log(logger, context.Request.Method, context.Request.Path, e);
            await Problem.WriteAsync(context, StatusCodes.Status500InternalServerError, "Something went wrong here; the log of the program says what.").ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Log(ILogger logger, string method, string path, Exception fault);
}
