using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using NnUNet.Core.Export;
using NnUNet.Foundation;
using NnUNet.Web.Frame;
using NnUNet.Web.Service.Jobs;
using NnUNet.Web.Service.Models;
using NnUNet.Web.Service.Uploads;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service;

/// <summary>The calls below <c>/v1/segmentations</c>.</summary>
internal sealed class SegmentationCalls(JobStore store, ServedModels models, ServiceSettings settings, ServiceMeter meter, IHostApplicationLifetime lifetime)
{
    private const string Root = "/v1/segmentations";
    private const double LongestWait = 600;
    private const double LongestRetry = 600;
    private const long SpareBytes = 64 << 20;
    private const long SmallBody = 1 << 20;
    private const int LinuxNoSpace = 28;
    private const int WindowsNoSpace = 112;

    /// <summary>The address of a job.</summary>
    public static string AddressOf(string id) => $"{Root}/{id}";

    /// <summary>Adds the addresses.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.MapPost(Root, PostAsync);
        routes.MapGet(Root + "/{id}", context => AnswerAsync(context, JobAnswer.Of(store, JobOf(context))));
        routes.MapGet(Root + "/{id}/events", EventsAsync);
        routes.MapGet(Root + "/{id}/result", context => ResultAsync(context, JobOf(context)));
        routes.MapGet(Root + "/{id}/statistics", context => AnswerAsync(context, StatisticsOf(JobOf(context))));
        routes.MapGet(Root + "/{id}/probabilities", ProbabilitiesAsync);
        routes.MapDelete(Root + "/{id}", DeleteAsync);
    }

    private async Task PostAsync(HttpContext context)
    {
        (Job job, double wait) = await CountedAsync(context).ConfigureAwait(false);
        context.Response.Headers.Location = AddressOf(job.Id);
        if (wait <= 0 || !await HasEndedAsync(job, TimeSpan.FromSeconds(wait), context.RequestAborted).ConfigureAwait(false)) await AnswerAsync(context, JobAnswer.Of(store, job), StatusCodes.Status202Accepted).ConfigureAwait(false);
        else if (Prefers(context.Request, "application/json")) await AnswerAsync(context, JobAnswer.Of(store, job)).ConfigureAwait(false);
        else await ResultAsync(context, job).ConfigureAwait(false);
    }

    private async Task<(Job Job, double Wait)> CountedAsync(HttpContext context)
    {
        try
        {
            (Job, double) accepted = await AcceptAsync(context).ConfigureAwait(false);
            meter.Accepted();
            return accepted;
        }
        catch (Exception e) when (e is CallRefusal or DescribedException or BadHttpRequestException)
        {
            meter.Refused(e switch { CallRefusal refusal => refusal.Status, BadHttpRequestException bad => bad.StatusCode, _ => StatusCodes.Status422UnprocessableEntity });
            throw;
        }
    }

    private async Task<(Job Job, double Wait)> AcceptAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        CancellationToken cancel = context.RequestAborted;
        if (request.ContentLength > settings.MaxUploadBytes) throw TooLarge(context);
        if (request.ContentLength is null or > SmallBody) context.Response.Headers.Connection = "close"; // where it is refused, the rest is not waited for
        if (request.ContentLength is { } announced && FreeBytes() is { } free && free < announced + SpareBytes) throw DiskFull();
        FullBecause full = store.TryReserve(JobStore.ClientOf(context.Connection.RemoteIpAddress?.ToString() ?? ""), out Place? place);
        if (full != FullBecause.No)
        {
            string what = full == FullBecause.Queue
                ? string.Create(CultureInfo.InvariantCulture, $"As many jobs wait as may ({settings.Queue}); call again later.")
                : string.Create(CultureInfo.InvariantCulture, $"This client has as many jobs as it may have ({settings.PerClient}); wait for one of them, or call it off.");
            throw new CallRefusal(StatusCodes.Status429TooManyRequests, what, TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(meter.MeanSeconds), 1, LongestRetry)));
        }

        using (place)
        {
            try
            {
                Upload upload = await new UploadReader(settings).ReadAsync(request, place!, cancel).ConfigureAwait(false);
                context.Response.Headers.Remove("Connection");
                JobOptions options = UploadCheck.OptionsOf(upload.Fields);
                double wait = WaitOf(upload.Fields);
                ServedModel model = models.Get(upload.Fields.GetValueOrDefault("model"));
                IReadOnlyList<string> channels = await Task.Run(() => new UploadCheck(settings).Check(upload, model, options, place!), cancel).ConfigureAwait(false);
                cancel.ThrowIfCancellationRequested();
                return (store.Accept(place!, model.Name, options, channels, upload.PreviousStage), wait);
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                throw TooLarge(context);
            }
            catch (IOException e) when ((e.HResult & 0xFFFF) is LinuxNoSpace or WindowsNoSpace && !cancel.IsCancellationRequested)
            {
                throw DiskFull();
            }
            catch (IOException) when (cancel.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancel); // the caller is gone
            }
        }
    }

    private async Task EventsAsync(HttpContext context)
    {
        Job job = JobOf(context);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await EventStream.WriteAsync(context, store, job, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // whoever listens calls again
        }
    }

    private async Task ResultAsync(HttpContext context, Job job)
    {
        JobResult result = DoneResult(job);
        string? ending = Asked(context.Request);
        string file = await Task.Run(() => ResultFormats.FileOf(job, result, ending, LabelsOf(job)), context.RequestAborted).ConfigureAwait(false);
        if (job.Look().State == JobState.Removed)
        {
            JobFolders.Remove(job.Folder); // what was converted meanwhile
            throw new CallRefusal(StatusCodes.Status404NotFound, "The segmentation was called off.");
        }

        await SendAsync(context, file, "segmentation" + (ending ?? ResultFormats.OwnEnding(result)), ResultFormats.TypeOf(ending ?? ResultFormats.OwnEnding(result))).ConfigureAwait(false);
    }

    private Core.Models.LabelContract LabelsOf(Job job) =>
        models.Find(job.Look().Record.Model)?.Contract.Labels ?? throw new CallRefusal(StatusCodes.Status409Conflict, "The model of this segmentation is not served any more; ask for it without a format.");

    private async Task ProbabilitiesAsync(HttpContext context)
    {
        Job job = JobOf(context);
        DoneResult(job);
        string file = Path.Combine(job.ResultFolder, JobCase.Name + ProbabilityFile.Ending);
        if (!File.Exists(file)) throw new CallRefusal(StatusCodes.Status404NotFound, "The probabilities were not asked for; send probabilities=true with the image.");
        await SendAsync(context, file, "probabilities" + ProbabilityFile.Ending, ResultFormats.AnyType).ConfigureAwait(false);
    }

    private Task DeleteAsync(HttpContext context)
    {
        store.Remove(JobOf(context));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static StatisticsAnswer StatisticsOf(Job job) =>
        new(job.Id, [.. DoneResult(job).Labels.Select(static l => new LabelAnswer(l.Label, l.Name, l.Voxels, l.Millilitres))]);

    /// <summary>Waits for a job's end; where its caller does not, it is called off, since nobody knows its number.</summary>
    private async Task<bool> HasEndedAsync(Job job, TimeSpan patience, CancellationToken aborted)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        stop.CancelAfter(patience);
        try
        {
            while (job.Look() is { HasEnded: false } view) await view.Changed.WaitAsync(stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            store.Remove(job);
            throw;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Job JobOf(HttpContext context) =>
        store.Find((string)context.Request.RouteValues["id"]!) ?? throw new CallRefusal(StatusCodes.Status404NotFound, "There is no such segmentation; its time may be over.");

    private static JobResult DoneResult(Job job)
    {
        JobView view = job.Look();
        return view.State switch
        {
            JobState.Done => view.Record.Result!,
            JobState.Failed => throw new CallRefusal(StatusCodes.Status422UnprocessableEntity, view.Record.Fault!),
            JobState.Removed => throw new CallRefusal(StatusCodes.Status404NotFound, "The segmentation was called off."),
            _ => throw new CallRefusal(StatusCodes.Status409Conflict, "The segmentation is not done yet.", TimeSpan.FromSeconds(1)),
        };
    }

    /// <summary>The ending that a call asks for; null for the segmentation as it lies there.</summary>
    private static string? Asked(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) && request.Query["format"] is [{ Length: > 0 } format]) return ResultFormats.Checked(format);
        MediaTypeHeaderValue[] accepted = [.. request.GetTypedHeaders().Accept.OrderByDescending(static a => a.Quality ?? 1)];
        foreach (MediaTypeHeaderValue type in accepted)
        {
            if (type.MatchesAllTypes || type.MatchesAllSubTypes || type.MediaType.Equals(ResultFormats.AnyType, StringComparison.OrdinalIgnoreCase)) return null;
            if (type.MediaType.Value is { } name && ResultFormats.EndingOf(name) is { } ending) return ending;
        }

        return accepted.Length == 0 ? null : throw new CallRefusal(StatusCodes.Status406NotAcceptable, $"Segmentations have none of the accepted types; ask by ?format= for one of {string.Join(", ", ResultFormats.Endings)}.");
    }

    private static bool Prefers(HttpRequest request, string type) =>
        request.GetTypedHeaders().Accept.OrderByDescending(static a => a.Quality ?? 1).FirstOrDefault()?.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) == true;

    private static double WaitOf(IReadOnlyDictionary<string, string> fields) => fields.GetValueOrDefault("wait") is not { Length: > 0 } text ? 0
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds <= LongestWait ? seconds
        : throw new DescribedException("wait", "the value is no number of seconds that could be waited", FormattableString.Invariant($"give one from 0 to {LongestWait}"));

    private CallRefusal TooLarge(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        return new CallRefusal(StatusCodes.Status413PayloadTooLarge, string.Create(
            CultureInfo.InvariantCulture, $"An upload may have {(double)settings.MaxUploadBytes / (1 << 20):0.###} MB; send compressed images, or ask for a larger --max-upload."));
    }

    private static CallRefusal DiskFull() => new(StatusCodes.Status507InsufficientStorage, "The disk of the service is full; call again later.", TimeSpan.FromMinutes(1));

    private long? FreeBytes()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(settings.State)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // not told
        }
    }

    private static Task AnswerAsync<T>(HttpContext context, T answer, int status = StatusCodes.Status200OK) => WebJson.Answer(answer, status).ExecuteAsync(context);

    private static async Task SendAsync(HttpContext context, string file, string name, string type)
    {
        FileInfo info = new(file);
        if (!info.Exists) throw new CallRefusal(StatusCodes.Status404NotFound, "There is no such segmentation; its time may be over.");
        context.Response.ContentType = type;
        context.Response.ContentLength = info.Length;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await context.Response.SendFileAsync(file, context.RequestAborted).ConfigureAwait(false);
    }
}
