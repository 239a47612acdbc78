using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>The checksum of a raw file.</summary>
internal sealed record RawContent
{
    /// <summary>The file as it was.</summary>
    [JsonPropertyName("file")]
    public required FileMark Mark { get; init; }

    /// <summary>Whether its content was found changed under the same size and time of change.</summary>
    [JsonPropertyName("found_changed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FoundChanged { get; init; }
}
