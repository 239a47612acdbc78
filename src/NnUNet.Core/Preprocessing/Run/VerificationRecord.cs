using System.Text.Json.Serialization;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>The file that records which files were verified without finding a fault.</summary>
internal sealed record VerificationRecord
{
    /// <summary>The file's name in the folder of the preprocessed task.</summary>
    public const string FileName = "dataset_verified.json";

    /// <summary>A hash of the files, as the fingerprint's.</summary>
    [JsonPropertyName("made_from")]
    public required string MadeFrom { get; init; }
}
