using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NnUNet.Web.Frame;
using NnUNet.Web.Service.Jobs;

namespace NnUNet.Web.Service;

/// <summary>A job's course as Server-Sent Events: one <c>job</c> a change, each with all that is known, until it has ended.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    /// <summary>Writes the events until the end of the job, of the call or of the program.</summary>
    public static async Task WriteAsync(HttpContext context, JobStore store, Job job, CancellationToken cancel)
    {
        context.Response.ContentType = "text/event-stream";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        while (true)
        {
            JobView view = job.Look();
            string data = JsonSerializer.Serialize(JobAnswer.Of(store, job), WebJson.Options);
            await SendAsync(context, $"event: job\ndata: {data}\n\n", cancel).ConfigureAwait(false);
            if (view.HasEnded) return;

            await Task.Delay(Shortest, cancel).ConfigureAwait(false); // what happens meanwhile comes in one event
            while (!view.Changed.IsCompleted)
            {
                await Task.WhenAny(view.Changed, Task.Delay(Quiet, cancel)).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
                if (!view.Changed.IsCompleted) await SendAsync(context, ": nothing new\n\n", cancel).ConfigureAwait(false);
            }
        }
    }

    private static async Task SendAsync(HttpContext context, string text, CancellationToken cancel)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancel).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancel).ConfigureAwait(false);
    }
}
