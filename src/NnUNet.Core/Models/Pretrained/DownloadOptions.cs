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

    /// <summary>Bytes that the file may have at most, whatever the server says.</summary>
    /// <value>100 GB.</value>
    public long MaxBytes { get; init; } = 100L << 30;

    /// <summary>Bytes that stay free on the disk.</summary>
    /// <value>256 MB.</value>
    public long Reserve { get; init; } = 256L << 20;

    /// <summary>How long the server may send nothing before the connection is given up.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes per second, over <see cref="ReadTimeout"/>, below which a connection is given up.</summary>
    /// <value>1024.</value>
    public int SlowestRate { get; init; } = 1024;

    /// <summary>How long the whole download may take.</summary>
    /// <value>24 hours.</value>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How often a connection that brought nothing new is tried again.</summary>
    /// <value>4.</value>
    public int Retries { get; init; } = 4;

    /// <summary>How many connections are made in all, whatever they bring.</summary>
    /// <value>50.</value>
    public int Connections { get; init; } = 50;

    /// <summary>The pause before the first retry; doubled at each further one.</summary>
    /// <value>1 second.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);
}
