using System.Net;
using System.Net.Http.Headers;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>One connection of a download.</summary>
internal sealed class DownloadAttempt(HttpClient client, Uri url, PartialFile part, DownloadOptions options, IProgress<DownloadProgress>? progress)
{
    private const int Piece = 1 << 17;

    /// <summary>Fetches what is missing.</summary>
    /// <exception cref="DownloadException">Trying again would not help.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    /// <exception cref="IOException">The connection broke, or the file cannot be written.</exception>
    /// <exception cref="TimeoutException">The server was silent.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        long start = part.Length;
        if (start > 0 && part.Mark is { } mark)
        {
            request.Headers.Range = new RangeHeaderValue(start, null);
            request.Headers.TryAddWithoutValidation("If-Range", mark);
        }

        using HttpResponseMessage response = await Within(token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancel).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            part.Delete(); // the file has changed: from its beginning
            throw new HttpRequestException("the server has no more than what is there already");
        }

        Check(response);
        bool resumed = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == start;
        if (response.StatusCode == HttpStatusCode.PartialContent && !resumed) throw new DownloadException(url.ToString(), "the server sent another part of the file than the one asked for", "report it to the server's operator, or download the file by other means and install it");
        if (!resumed) part.Begin(MarkOf(response));
        long? rest = response.Content.Headers.ContentLength;
        long? total = resumed ? response.Content.Headers.ContentRange!.Length ?? start + rest : rest;
        if (options.Length is { } expected && total is { } promised && promised != expected)
        {
            throw new DownloadException(url.ToString(), $"the file has {promised} bytes instead of {expected}", "it has been replaced; check the address");
        }

        await CopyAsync(response, total ?? options.Length, cancel).ConfigureAwait(false);
    }

    private async Task CopyAsync(HttpResponseMessage response, long? total, CancellationToken cancel)
    {
        using Stream source = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        using FileStream target = part.Append();
        byte[] buffer = new byte[Piece];
        for (; ; )
        {
            int got = await Within(token => source.ReadAsync(buffer, token).AsTask(), cancel).ConfigureAwait(false);
            if (got == 0) break;
            if (total is { } most && target.Position + got > most) throw new DownloadException(url.ToString(), $"the server sends more than the {most} bytes that it promised", "check the address");
            target.Write(buffer, 0, got);
            progress?.Report(new DownloadProgress(target.Position, total));
        }

        target.Flush(flushToDisk: true);
        if (total is { } all && target.Position < all) throw new IOException($"the server ended after {target.Position} of {all} bytes");
    }

    private void Check(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        if (status is 408 or 429 or >= 500) throw new HttpRequestException($"the server answered {status} {response.ReasonPhrase}");
        if (!response.IsSuccessStatusCode)
        {
            string remedy = status is >= 300 and < 400 ? "it redirects from https to http, or without end; give the final address" : "check the address, or whether the file needs a login";
            throw new DownloadException(url.ToString(), $"the server answered {status} {response.ReasonPhrase}", remedy);
        }

        if (response.Content.Headers.ContentType?.MediaType == "text/html") throw new DownloadException(url.ToString(), "the server sent a web page, not a file", "give the address of the file itself");
    }

    /// <summary>By what the server tells versions of the file apart; a weak mark does not tell bytes apart.</summary>
    private static string? MarkOf(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag
        ? tag.Tag
        : response.Content.Headers.LastModified?.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<T> Within<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timer.CancelAfter(options.ReadTimeout);
        try
        {
            return await work(timer.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException(FormattableString.Invariant($"the server was silent for {options.ReadTimeout.TotalSeconds:0.#} seconds"), e);
        }
    }
}
