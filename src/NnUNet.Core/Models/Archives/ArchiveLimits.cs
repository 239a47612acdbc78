namespace NnUNet.Core.Models.Archives;

/// <summary>How large an archive may become when it is unpacked.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Files in it.</summary>
    /// <value>20000.</value>
    public int MaxEntries { get; init; } = 20_000;

    /// <summary>Bytes of all files together.</summary>
    /// <value>200 GB.</value>
    public long MaxBytes { get; init; } = 200L << 30;

    /// <summary>How many times its packed size all files together may be; weights pack by a tenth, logs by a factor of ten.</summary>
    /// <value>100.</value>
    public int MaxRatio { get; init; } = 100;

    /// <summary>Bytes that are never too many, whatever the ratio.</summary>
    /// <value>16 MB.</value>
    public long Allowance { get; init; } = 16L << 20;
}
