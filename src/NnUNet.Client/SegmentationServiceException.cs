using System.Net;

namespace NnUNet.Client;

/// <summary>The service refused a call, or a segmentation has failed; the message has the service's words.</summary>
public sealed class SegmentationServiceException : Exception
{
    /// <summary>An answer of the service.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="detail">What is wrong and what to do.</param>
    /// <param name="retryAfter">When to call again, where the service says so.</param>
    public SegmentationServiceException(HttpStatusCode status, string detail, TimeSpan? retryAfter = null)
        : base(detail) => (Status, RetryAfter) = (status, retryAfter);

    /// <summary>The answer's status; 429 where the service has as many jobs as it may have.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>When to call again; null where the service does not say.</summary>
    public TimeSpan? RetryAfter { get; }
}
