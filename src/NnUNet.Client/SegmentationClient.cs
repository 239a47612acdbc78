using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace NnUNet.Client;

/// <summary>Calls a segmentation service (<c>nnunet serve</c>): images in, segmentations out. Thread-safe; make one and keep it.</summary>
/// <example>
/// <code>
/// using SegmentationClient client = new(new Uri("http://127.0.0.1:8470"));
/// SegmentationJob job = await client.SegmentAsync([ImagePart.Channel(0, "ct.nii.gz")]);
/// await client.SaveResultAsync(job.Id, "segmentation.nii.gz");
/// </code>
/// </example>
public sealed class SegmentationClient : IDisposable
{
    private const string Root = "v1/segmentations";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _http;
    private readonly bool _owns;

    /// <summary>Calls a service.</summary>
    /// <param name="address">Its address, such as <c>http://127.0.0.1:8470</c>.</param>
    /// <param name="token">The token, where the service has one; null for none.</param>
    public SegmentationClient(Uri address, string? token = null)
        : this(new HttpClient { BaseAddress = Folder(address), Timeout = Timeout.InfiniteTimeSpan }, token) => _owns = true;

    /// <summary>Calls a service with a client of HTTP that the caller made and disposes, such as one with certificates of its own.</summary>
    /// <param name="http">The client; its base address is the service's, and its time limit must be long enough for uploads.</param>
    /// <param name="token">The token, where the service has one; null for none.</param>
    public SegmentationClient(HttpClient http, string? token = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The models of the service.</summary>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SegmentationServiceException">The service refuses.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    public Task<IReadOnlyList<ServiceModel>> ModelsAsync(CancellationToken cancel = default) => GetAsync<IReadOnlyList<ServiceModel>>("v1/models", cancel);

    /// <summary>Sends an image; the service has it on disk when this ends.</summary>
    /// <param name="image">A part a channel.</param>
    /// <param name="options">How to segment; null for the defaults.</param>
    /// <param name="cancel">Ends the upload; the service keeps nothing of it then.</param>
    /// <returns>The job.</returns>
    /// <exception cref="SegmentationServiceException">The service refuses; with status 429 it has as many jobs as it may have, and says when to call again.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<SegmentationJob> SubmitAsync(IReadOnlyList<ImagePart> image, SegmentationOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using MultipartFormDataContent form = new(Guid.NewGuid().ToString("N"));
        foreach ((string name, string value) in (options ?? new SegmentationOptions()).Fields()) form.Add(new StringContent(value), name);
        foreach (ImagePart part in image) form.Add(new PartContent(part), part.Name, part.FileName);

        // The service refuses before it is sent what it would not take.
        using HttpRequestMessage call = new(HttpMethod.Post, Root) { Content = form };
        call.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await SendAsync(call, cancel).ConfigureAwait(false);
        return await ReadAsync<SegmentationJob>(answer, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends an image and waits for its segmentation.</summary>
    /// <param name="image">A part a channel.</param>
    /// <param name="options">How to segment; null for the defaults.</param>
    /// <param name="progress">Receives the job whenever it has changed.</param>
    /// <param name="cancel">Calls the job off.</param>
    /// <returns>The job, which is done.</returns>
    /// <exception cref="SegmentationServiceException">The service refuses, or the segmentation has failed.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the service was told to call the job off.</exception>
    public async Task<SegmentationJob> SegmentAsync(
        IReadOnlyList<ImagePart> image, SegmentationOptions? options = null, IProgress<SegmentationJob>? progress = null, CancellationToken cancel = default)
    {
        SegmentationJob job = await SubmitAsync(image, options, cancel).ConfigureAwait(false);
        try
        {
            return await WaitAsync(job.Id, progress, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await RemoveQuietlyAsync(job.Id).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A job as it is now.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SegmentationServiceException">There is none of that number, or the service refuses.</exception>
    public Task<SegmentationJob> JobAsync(string id, CancellationToken cancel = default) => GetAsync<SegmentationJob>(AddressOf(id), cancel);

    /// <summary>Waits for a job's end; where the connection breaks, it is taken up again.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="progress">Receives the job whenever it has changed.</param>
    /// <param name="cancel">Ends the waiting, not the job.</param>
    /// <returns>The job, which is done.</returns>
    /// <exception cref="SegmentationServiceException">The segmentation has failed, or there is no such job any more.</exception>
    public async Task<SegmentationJob> WaitAsync(string id, IProgress<SegmentationJob>? progress = null, CancellationToken cancel = default)
    {
        SegmentationJob? last = null;
        while (last is not { HasEnded: true })
        {
            SegmentationJob? before = last;
            await foreach (SegmentationJob now in EventsAsync(id, cancel).ConfigureAwait(false))
            {
                last = now;
                progress?.Report(now);
            }

            if (last == before) await Task.Delay(TimeSpan.FromSeconds(1), cancel).ConfigureAwait(false); // the service is stopping
        }

        return last.State == JobState.Done ? last : throw new SegmentationServiceException(HttpStatusCode.UnprocessableContent, last.Problem ?? "The segmentation was called off.");
    }

    /// <summary>A job's course: as it is now, and whenever it changes, until its end or that of the connection.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="cancel">Ends the listening.</param>
    /// <exception cref="SegmentationServiceException">There is no such job, or the service refuses.</exception>
    public async IAsyncEnumerable<SegmentationJob> EventsAsync(string id, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using HttpRequestMessage call = new(HttpMethod.Get, AddressOf(id) + "/events");
        using HttpResponseMessage answer = await SendAsync(call, cancel).ConfigureAwait(false);
        using StreamReader lines = new(await answer.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false));
        while (await LineAsync(lines, cancel).ConfigureAwait(false) is { } line)
        {
            const string Data = "data: ";
            if (line.StartsWith(Data, StringComparison.Ordinal)) yield return JsonSerializer.Deserialize<SegmentationJob>(line.AsSpan(Data.Length), Json)!;
        }
    }

    /// <summary>Writes a segmentation into a file; it appears when it is whole.</summary>
    /// <param name="id">The job's number.</param>
    /// <param name="path">The file.</param>
    /// <param name="format">The ending of the format, such as <c>.nrrd</c> or <c>.seg.dcm</c>; null for the segmentation as it was made.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SegmentationServiceException">There is no segmentation, or none in this format.</exception>
    public async Task SaveResultAsync(string id, string path, string? format = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = path + ".part";
        try
        {
            FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
            await using (file.ConfigureAwait(false)) await CopyResultAsync(id, file, format, cancel).ConfigureAwait(false);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a segmentation into a stream.</summary>
    /// <param name="id">The job's number.</param>
    /// <param name="stream">Gets the bytes, and stays open.</param>
    /// <param name="format">The ending of the format; null for the segmentation as it was made.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SegmentationServiceException">There is no segmentation, or none in this format.</exception>
    public Task CopyResultAsync(string id, Stream stream, string? format = null, CancellationToken cancel = default) =>
        CopyAsync(AddressOf(id) + "/result" + (format is null ? "" : "?format=" + Uri.EscapeDataString(format)), stream, cancel);

    /// <summary>Writes a segmentation's probabilities (<c>.npz</c>) into a stream; they must have been asked for.</summary>
    /// <param name="id">The job's number.</param>
    /// <param name="stream">Gets the bytes, and stays open.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SegmentationServiceException">There are none.</exception>
    public Task CopyProbabilitiesAsync(string id, Stream stream, CancellationToken cancel = default) => CopyAsync(AddressOf(id) + "/probabilities", stream, cancel);

    /// <summary>The volumes of a segmentation's labels.</summary>
    /// <param name="id">The job's number.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SegmentationServiceException">There is no segmentation.</exception>
    public async Task<IReadOnlyList<LabelVolume>> StatisticsAsync(string id, CancellationToken cancel = default) =>
        (await GetAsync<Statistics>(AddressOf(id) + "/statistics", cancel).ConfigureAwait(false)).Labels;

    /// <summary>Calls a job off, or deletes its result.</summary>
    /// <param name="id">The job's number.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SegmentationServiceException">There is no such job.</exception>
    public async Task RemoveAsync(string id, CancellationToken cancel = default)
    {
        using HttpRequestMessage call = new(HttpMethod.Delete, AddressOf(id));
        (await SendAsync(call, cancel).ConfigureAwait(false)).Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_owns) _http.Dispose();
    }

    private static Uri Folder(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }

    private static string AddressOf(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return string.Create(CultureInfo.InvariantCulture, $"{Root}/{Uri.EscapeDataString(id)}");
    }

    /// <summary>The next line; null at the end, also where the connection breaks.</summary>
    private static async Task<string?> LineAsync(StreamReader lines, CancellationToken cancel)
    {
        try
        {
            return await lines.ReadLineAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private async Task RemoveQuietlyAsync(string id)
    {
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
            await RemoveAsync(id, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or SegmentationServiceException or OperationCanceledException)
        {
            // The caller is told of the cancellation in any case; the service deletes the result later.
        }
    }

    private async Task CopyAsync(string address, Stream stream, CancellationToken cancel)
    {
        using HttpRequestMessage call = new(HttpMethod.Get, address);
        using HttpResponseMessage answer = await SendAsync(call, cancel).ConfigureAwait(false);
        await answer.Content.CopyToAsync(stream, cancel).ConfigureAwait(false);
    }

    private async Task<T> GetAsync<T>(string address, CancellationToken cancel)
    {
        using HttpRequestMessage call = new(HttpMethod.Get, address);
        using HttpResponseMessage answer = await SendAsync(call, cancel).ConfigureAwait(false);
        return await ReadAsync<T>(answer, cancel).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel) =>
        JsonSerializer.Deserialize<T>(await answer.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false), Json)!;

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage call, CancellationToken cancel)
    {
        HttpResponseMessage answer = await _http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode) return answer;
        using (answer)
        {
            string text = await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
            throw new SegmentationServiceException(answer.StatusCode, DetailOf(text) ?? $"The service answers {(int)answer.StatusCode} ({answer.ReasonPhrase}).", answer.Headers.RetryAfter?.Delta);
        }
    }

    private static string? DetailOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Detail>(text, Json)?.Text;
        }
        catch (JsonException)
        {
            return null; // something between here and the service has answered
        }
    }

    private sealed record Statistics(IReadOnlyList<LabelVolume> Labels);

    private sealed record Detail([property: System.Text.Json.Serialization.JsonPropertyName("detail")] string? Text);
}
