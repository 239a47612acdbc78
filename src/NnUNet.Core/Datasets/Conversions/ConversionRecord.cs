using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>What a case of a converted task was made from: <c>conversion/imagesTr-CASE.json</c> in the task's folder, by which a repeated conversion knows what is done.</summary>
internal sealed record ConversionRecord
{
    /// <summary>The folder of the records in the task.</summary>
    public const string FolderName = "conversion";

    /// <summary>Stands for the description and the steps that were asked for.</summary>
    [JsonPropertyName("description")]
    public required string Description { get; init; }

    /// <summary>The stamps of the source's files, with their paths below the source.</summary>
    [JsonPropertyName("sources")]
    public required ValueArray<string> Sources { get; init; }

    /// <summary>The stamps of the files that were written, with their paths below the task.</summary>
    [JsonPropertyName("files")]
    public required ValueArray<string> Files { get; init; }

    /// <summary>The path of a case's record.</summary>
    public static string PathOf(string task, string folder, string caseId) => Path.Combine(task, FolderName, $"{folder}-{caseId}.json");
}
