using System.Net;
using System.Net.Http.Headers;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>What is wrong with an answer or a connection, where trying again would not help.</summary>
internal static class DownloadFault
{
    private const string ByOtherMeans = "download the file by other means, such as a browser, and install it with nnUNet_install_pretrained_model_from_zip";

    /// <summary>The innermost words about a failure.</summary>
    public static string Cause(Exception e) => (e.InnerException ?? e).Message.TrimEnd('.');

    /// <summary>The error of a connection that will fail in the same way each time; null where it may not.</summary>
    public static DownloadException? Of(Uri url, Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
            url.ToString(), $"the server cannot prove who it is ({Cause(error)})", "check the machine's clock and its certificates, those of a proxy too; or " + ByOtherMeans, error),
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => new(
            url.ToString(), $"the proxy does not let the connection through ({Cause(error)})", "check HTTPS_PROXY and NO_PROXY, with user and password where the proxy asks for them", error),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.VersionNegotiationError or HttpRequestError.UserAuthenticationError } => new(
            url.ToString(), $"the server's answer cannot be used ({Cause(error)})", ByOtherMeans, error),
        NotSupportedException or ArgumentException or InvalidOperationException or UriFormatException => new(
            url.ToString(), $"the connection cannot be made ({Cause(error)})", "check the address, and HTTP_PROXY and HTTPS_PROXY", error),
        _ => null,
    };

    /// <summary>The error of an answer that is no file; null where it is one, or none yet.</summary>
    public static DownloadException? Of(Uri url, HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        string answered = $"the server answered {status} {response.ReasonPhrase}";
        if (response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired) return new(url.ToString(), $"the proxy asks for a login ({answered})", "give user and password in HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT");
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent)) return new(url.ToString(), answered, "check the address, or whether the file needs a login");
        if (response.Content.Headers.ContentType?.MediaType == "text/html") return new(url.ToString(), "the server sent a web page, not a file", "give the address of the file itself");
        if (response.Content.Headers.NonValidated.TryGetValues("Content-Encoding", out HeaderStringValues packed) && packed.Any(static p => !p.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            return new(url.ToString(), $"the server packs the file on the way ({packed}), which it was not asked for", ByOtherMeans);
        }

        return LengthFault(url, response.Content.Headers);
    }

    /// <summary>A length that is no number would have the connection waited for that nobody closes.</summary>
    private static DownloadException? LengthFault(Uri url, HttpContentHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Content-Length", out HeaderStringValues told)) return null;
        string[] values = [.. told.SelectMany(static v => v.Split(',', StringSplitOptions.TrimEntries)).Distinct()];
        return values.Length == 1 && values[0].Length > 0 && values[0].All(char.IsAsciiDigit) && headers.ContentLength is >= 0
            ? null
            : new DownloadException(url.ToString(), $"the server says that the file has \"{string.Join(", ", values)}\" bytes, which is no length", ByOtherMeans);
    }
}
