using System.Net;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>Downloads a file over http or https: goes on where an interrupted connection or an earlier run stopped.</summary>
/// <remarks>
/// What has come lies in <c>FILE.part</c>, and the mark of its version in <c>FILE.part.etag</c>. Proxies are those of the system
/// (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>). A redirection from https to http is not followed.
/// </remarks>
public static class ModelDownloader
{
    private const string Again = "repeat the command; it goes on where it stopped";

    /// <summary>Downloads a file.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="path">Where it goes; appears when it is whole and checked.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Reports after each piece.</param>
    /// <param name="cancel">Stops; what has come is kept.</param>
    /// <exception cref="DownloadException">The server cannot be reached, refuses, sends something else, or stops again and again.</exception>
    public static async Task DownloadAsync(Uri url, string path, DownloadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new DownloadOptions();
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) throw new DownloadException(url.ToString(), "this is no address of the web", "give one that begins with https://");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        PartialFile part = new(path);
        using SocketsHttpHandler handler = new() { MaxAutomaticRedirections = 10, ConnectTimeout = options.ReadTimeout, AutomaticDecompression = DecompressionMethods.None };
        using HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        for (int failures = 0; ;)
        {
            long before = part.Length;
            try
            {
                await new DownloadAttempt(client, url, part, options, progress).RunAsync(cancel).ConfigureAwait(false);
                break;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                // As long as bytes arrive, the server is only slow.
                failures = part.Length > before ? 0 : failures + 1;
                if (failures > options.Retries) throw new DownloadException(url.ToString(), $"the download stopped {failures} times after {part.Length} bytes ({Cause(e)})", Again, e);
                await Task.Delay(options.RetryDelay * Math.Pow(2, Math.Max(0, failures - 1)), cancel).ConfigureAwait(false);
            }
        }

        try
        {
            FileCheck.Verify(url.ToString(), part.Path, options);
        }
        catch (DownloadException)
        {
            part.Delete();
            throw;
        }

        part.Finish(path);
    }

    private static string Cause(Exception e) => (e.InnerException ?? e).Message.TrimEnd('.');
}
