using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Results;

/// <summary>How the result of one case was made: <c>provenance/CASE.json</c> in the folder of the results.</summary>
/// <remarks>Written before the result, without its files, and again after it, so that a run that is killed anywhere leaves a true statement.</remarks>
public sealed record ResultRecord
{
    /// <summary>The command that made it.</summary>
    [JsonPropertyName("made_by")]
    public required string MadeBy { get; init; }

    /// <summary>The program's version.</summary>
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary>The files of the image that it belongs to, channel by channel; none where that is not known.</summary>
    [JsonPropertyName("image")]
    public ValueArray<FileMark> Image { get; init; } = [];

    /// <summary>Other files of the case that it was made from: the segmentation of a cascade's first stage, or probabilities that were merged.</summary>
    [JsonPropertyName("made_from")]
    public ValueArray<FileMark> MadeFrom { get; init; } = [];

    /// <summary>The model: its plan, and the checkpoint of each fold.</summary>
    [JsonPropertyName("model")]
    public ValueArray<FileMark> Model { get; init; } = [];

    /// <summary>The options that decide about the result, by their names.</summary>
    [JsonPropertyName("options")]
    public SortedDictionary<string, string> Options { get; init; } = [];

    /// <summary>What was removed from it; empty for nothing.</summary>
    [JsonPropertyName("postprocessing")]
    public string Postprocessing { get; init; } = "";

    /// <summary>The checksums of the files that describe the results of such a model in their folder (<c>plans.json</c>, <c>postprocessing.json</c>), by their names.</summary>
    [JsonPropertyName("described_by")]
    public SortedDictionary<string, string> DescribedBy { get; init; } = [];

    /// <summary>All files of the segmentation, by name; null as long as it is in work.</summary>
    [JsonPropertyName("segmentation")]
    public ValueArray<FileMark>? Segmentation { get; init; }

    /// <summary>The file of the probabilities, by name; none where they were not written.</summary>
    [JsonPropertyName("probabilities")]
    public ValueArray<FileMark> Probabilities { get; init; } = [];

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}
