using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>One connection of a download, with the redirections that lead to it.</summary>
internal sealed class DownloadAttempt(HttpClient client, Uri url, PartialFile part, DownloadOptions options, IProgress<DownloadProgress>? progress)
{
    private const int Piece = 1 << 17;
    private const int MostRedirections = 10;
    private const string Lies = "report it to the server's operator, or download the file by other means and install it";

    /// <summary>Fetches what is missing.</summary>
    /// <exception cref="DownloadException">Trying again would not help.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    /// <exception cref="HttpIOException">The connection broke.</exception>
    /// <exception cref="TimeoutException">The server was silent, or as good as silent.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        long start = part.Length;
        string? mark = start > 0 ? part.Mark : null;
        using HttpResponseMessage response = await FollowAsync(start, mark, cancel).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && mark is not null)
        {
            // An earlier run was stopped after the last byte.
            if (response.Content.Headers.ContentRange?.Length == start) return;
            part.Delete(); // the file has changed: from its beginning
            throw new HttpRequestException("the server has no more than what is there already");
        }

        if ((int)response.StatusCode is 408 or 429 or >= 500) throw new HttpRequestException($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}");
        if (DownloadFault.Of(url, response) is { } fault) throw fault;
        bool resumed = response.StatusCode == HttpStatusCode.PartialContent;
        long? rest = response.Content.Headers.ContentLength;
        long? total = rest;
        if (resumed) total = TotalOf(response, start, mark);
        else part.Begin(MarkOf(response));
        CheckRoom(total ?? options.Length);
        if (options.Length is { } expected && total is { } promised && promised != expected)
        {
            throw new DownloadException(url.ToString(), $"the file has {promised} bytes instead of {expected}", "it has been replaced; check the address");
        }

        await CopyAsync(response, total ?? options.Length, cancel).ConfigureAwait(false);
    }

    /// <summary>Redirections are followed here, since only some of them may be.</summary>
    private async Task<HttpResponseMessage> FollowAsync(long start, string? mark, CancellationToken cancel)
    {
        Uri at = url;
        for (int redirections = 0; ; redirections++)
        {
            HttpResponseMessage response = await SendAsync(at, start, mark, cancel).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)) return response;
            using (response) at = Next(response, at, redirections);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri at, long start, string? mark, CancellationToken cancel)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, at);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (mark is not null)
        {
            request.Headers.Range = new RangeHeaderValue(start, null);
            request.Headers.TryAddWithoutValidation("If-Range", mark);
        }

        try
        {
            return await Within(token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (DownloadFault.Of(at, e) is { } fault)
        {
            throw fault;
        }
    }

    private Uri Next(HttpResponseMessage response, Uri at, int redirections)
    {
        string answered = $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}";
        Uri? next = response.Headers.Location is { } location ? new Uri(at, location) : null;
        string? fault = next switch
        {
            null => " and does not say where the file is",
            _ when redirections >= MostRedirections => $" and leads on more than {MostRedirections} times, perhaps in a circle",
            _ when !ModelDownloader.IsWeb(next) => $" and leads to {next}, which is no address of the web",
            _ when at.Scheme == Uri.UriSchemeHttps && next.Scheme == Uri.UriSchemeHttp => $" and leads from https to {next}, where nothing protects the file",
            _ => null,
        };
        return fault is null ? next! : throw new DownloadException(url.ToString(), answered + fault, "give the address of the file itself");
    }

    /// <summary>Bytes of the whole file of which a part was sent; null where the server does not tell.</summary>
    private long? TotalOf(HttpResponseMessage response, long start, string? mark)
    {
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        if (mark is null || range is not { HasRange: true, Unit: "bytes" } || range.From != start)
        {
            throw new DownloadException(url.ToString(), "the server sent another part of the file than the one asked for", Lies);
        }

        long last = range.To!.Value;
        if (range.Length is { } all && last >= all) throw new DownloadException(url.ToString(), $"the server sent the bytes to {last} of a file of {all}", Lies);
        if (response.Content.Headers.ContentLength is { } length && length != last - start + 1)
        {
            throw new DownloadException(url.ToString(), $"the server announced the bytes {start} to {last}, and {length} bytes", Lies);
        }

        if (response.Headers.ETag is { IsWeak: false } tag && mark.StartsWith('"') && tag.Tag != mark)
        {
            part.Delete(); // the rest of another version: from the beginning
            throw new HttpRequestException("the file has changed since its first part came");
        }

        return range.Length;
    }

    private void CheckRoom(long? total)
    {
        if (total > options.MaxBytes) throw TooLarge($"the file has {total} bytes");
        if (total is { } all && part.Room is { } free && all - part.Length > free - options.Reserve)
        {
            throw new DownloadException(url.ToString(), $"the file has {all} bytes, of which {all - part.Length} are missing, but the disk of {Path.GetDirectoryName(part.Path)} has {free} left, of which {options.Reserve} stay free", "make room, or choose another disk with --results");
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, long? total, CancellationToken cancel)
    {
        const int BetweenLooks = 1 << 24;
        using Stream source = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        using FileStream target = part.Append();
        byte[] buffer = new byte[Piece];
        SlowServer slow = new(options);
        progress?.Report(new DownloadProgress(target.Position, total));
        for (long nextLook = target.Position; ;)
        {
            int got = await Within(token => ReadAsync(source, buffer, token), cancel).ConfigureAwait(false);
            if (got == 0) break;
            if (total is { } most && target.Position + got > most) throw new DownloadException(url.ToString(), $"the server sends more than the {most} bytes that it promised", "check the address");
            if (target.Position + got > options.MaxBytes) throw TooLarge("the server sends on and on");
            if (target.Position >= nextLook)
            {
                nextLook += BetweenLooks;
                if (part.Room < options.Reserve + got)
                {
                    throw new DownloadException(url.ToString(), $"the disk of {Path.GetDirectoryName(part.Path)} is full after {target.Position} bytes ({options.Reserve} stay free)", "make room, or choose another disk with --results");
                }
            }

            target.Write(buffer, 0, got);
            slow.Count(got);
            progress?.Report(new DownloadProgress(target.Position, total));
        }

        target.Flush(flushToDisk: true);
        if (total is { } all && target.Position < all) throw new HttpIOException(HttpRequestError.ResponseEnded, $"the server ended after {target.Position} of {all} bytes");
    }

    /// <summary>A connection that breaks must not be taken for a disk that fails.</summary>
    private static async Task<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await source.ReadAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (IOException e) when (e is not HttpIOException)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    private DownloadException TooLarge(string what) =>
        new(url.ToString(), $"{what}; {options.MaxBytes} are allowed", "check the address, or allow more with --max-size");

    /// <summary>By what the server tells versions of the file apart; a weak mark does not tell bytes apart.</summary>
    private static string? MarkOf(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag
        ? tag.Tag
        : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);

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

    /// <summary>A server that sends a byte now and then is never silent, and never done.</summary>
    private sealed class SlowServer(DownloadOptions options)
    {
        private long _since = Environment.TickCount64;
        private long _bytes;

        public void Count(int bytes)
        {
            _bytes += bytes;
            TimeSpan time = TimeSpan.FromMilliseconds(Environment.TickCount64 - _since);
            if (time < options.ReadTimeout) return;
            if (_bytes < options.SlowestRate * time.TotalSeconds) throw new TimeoutException(FormattableString.Invariant($"the server sent {_bytes} bytes in {time.TotalSeconds:0.#} seconds"));
            (_since, _bytes) = (Environment.TickCount64, 0);
        }
    }
}
