using NnUNet.Foundation;

namespace NnUNet.Core.Models.Pretrained;

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes that are there, those of an earlier run counted.</param>
/// <param name="Total">Bytes in all; null where the server does not tell.</param>
public readonly record struct DownloadProgress(long Done, long? Total);

/// <summary>A download that failed.</summary>
public sealed class DownloadException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);

/// <summary>How a file is downloaded.</summary>
public sealed record DownloadOptions
{
    /// <summary>Bytes that the file must have; null where that is not known.</summary>
    /// <value>Null.</value>
    public long? Length { get; init; }

    /// <summary>The check sum that it must have: <c>sha256:…</c> or <c>md5:…</c> in hexadecimal digits; null where that is not known.</summary>
    /// <value>Null.</value>
    public string? Checksum { get; init; }

    /// <summary>How long the server may send nothing before the connection is given up.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a connection that brought nothing new is tried again.</summary>
    /// <value>4.</value>
    public int Retries { get; init; } = 4;

    /// <summary>The pause before the first retry; doubled at each further one.</summary>
    /// <value>1 second.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);
}
