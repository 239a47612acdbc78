namespace NnUNet.Web.Service.Uploads;

/// <summary>A call that is answered with a problem.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What is wrong and what to do; no path of this machine.</param>
/// <param name="retryAfter">When to call again; null for nothing.</param>
internal sealed class CallRefusal(int status, string detail, TimeSpan? retryAfter = null) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>When to call again.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
