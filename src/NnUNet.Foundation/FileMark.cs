using System.Text.Json.Serialization;

namespace NnUNet.Foundation;

/// <summary>By what a file is known again: its place, size, time of the last change, and a checksum of its content.</summary>
public sealed record FileMark
{
    /// <summary>The full path, or the name alone of a file that lies beside the record which has the mark.</summary>
    [JsonPropertyName("file")]
    public required string File { get; init; }

    /// <summary>Its size in bytes.</summary>
    [JsonPropertyName("bytes")]
    public required long Bytes { get; init; }

    /// <summary>The time of its last change.</summary>
    [JsonPropertyName("changed")]
    public required DateTime Changed { get; init; }

    /// <summary>The checksum of its content, 64 hexadecimal digits.</summary>
    [JsonPropertyName("sha256")]
    public required string Sha256 { get; init; }
}
