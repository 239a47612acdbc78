using System.Net;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>Downloads a file over http or https: goes on where an interrupted connection or an earlier run stopped.</summary>
/// <remarks>
/// What has come lies in <c>FILE.part</c>, and the mark of its version in <c>FILE.part.etag</c>; both are removed where nothing could go
/// on from them. Nothing a server does makes it take more time, disk or connections than <see cref="DownloadOptions"/> allows.
/// Proxies are those of the system (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>). A redirection from https to http, or to what is no address
/// of the web, is not followed.
/// </remarks>
public static class ModelDownloader
{
    private const string Again = "repeat the command; it goes on where it stopped";
    private const string FromStart = "repeat the command; it begins anew, since the server does not tell versions of the file apart";
    private const int LongestPauseFactor = 32;

    /// <summary>Downloads a file.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="path">Where it goes; appears when it is whole and checked.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Reports when a connection begins, with what an earlier one has left, and after each piece.</param>
    /// <param name="cancel">Stops; what has come is kept.</param>
    /// <exception cref="DownloadException">The server cannot be reached, refuses, sends something else, or stops again and again.</exception>
    public static async Task DownloadAsync(Uri url, string path, DownloadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new DownloadOptions();
        if (!url.IsAbsoluteUri || !IsWeb(url)) throw new DownloadException(url.ToString(), "this is no address of the web", "give one that begins with https:// or http://");
        PartialFile part = new(path);
        try
        {
            await TryAsync(url, part, options, progress, cancel).ConfigureAwait(false);
            FileCheck.Verify(url.ToString(), part.Path, options);
            part.Finish(path);
        }
        catch (DownloadException e) when (e.Remedy != Again)
        {
            part.Delete();
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On a full disk, a part that cannot grow is in everybody's way.
            part.TryDelete();
            throw new DownloadException(part.Path, $"the file cannot be written ({e.Message.TrimEnd('.')})", "check that its folder may be written and has room", e);
        }
    }

    /// <summary>Whether an address is one of the web.</summary>
    internal static bool IsWeb(Uri url) => url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps;

    private static async Task TryAsync(Uri url, PartialFile part, DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.TimeLimit);
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, ConnectTimeout = options.ReadTimeout, AutomaticDecompression = DecompressionMethods.None };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        int failures = 0;
        try
        {
            for (int connection = 1; ; connection++)
            {
                long before = part.Length;
                try
                {
                    await new DownloadAttempt(client, url, part, options, progress).RunAsync(limit.Token).ConfigureAwait(false);
                    return;
                }
                catch (Exception e) when (e is HttpRequestException or HttpIOException or TimeoutException)
                {
                    // While something new comes, the server may only be slow or clumsy; but not for ever.
                    failures = part.Length > before ? 0 : failures + 1;
                    if (failures > options.Retries || connection >= options.Connections)
                    {
                        int stopped = failures > options.Retries ? failures : connection;
                        throw new DownloadException(url.ToString(), $"the download stopped {stopped} times after {part.Length} bytes ({DownloadFault.Cause(e)})", RemedyOf(part), e);
                    }
                }

                await Task.Delay(options.RetryDelay * Math.Min(LongestPauseFactor, Math.Pow(2, Math.Max(0, failures - 1))), limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new DownloadException(url.ToString(), $"the download was not done after {Text(options.TimeLimit)}, {part.Length} bytes had come", RemedyOf(part), e);
        }
    }

    private static string RemedyOf(PartialFile part) => part.Length == 0 || part.Mark is not null ? Again : FromStart;

    private static string Text(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.#} seconds");
}
