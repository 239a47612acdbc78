using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>What was made of a case, and of what: <c>repair/cases/imagesTr-CASE.json</c> in the copy, by which a repeated repair knows what is done.</summary>
internal sealed record RepairRecord
{
    /// <summary>The folder of the records in that of the reports.</summary>
    public const string FolderName = "cases";

    /// <summary>What was asked for.</summary>
    [JsonPropertyName("options")]
    public required string Options { get; init; }

    /// <summary>The case's name in the copy.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The labels that counted as declared.</summary>
    [JsonPropertyName("declared")]
    public required ValueArray<int> Declared { get; init; }

    /// <summary>The stamps of the task's files.</summary>
    [JsonPropertyName("sources")]
    public required ValueArray<string> Sources { get; init; }

    /// <summary>The stamps of the files that were written, with their paths below the copy.</summary>
    [JsonPropertyName("files")]
    public required ValueArray<string> Files { get; init; }

    /// <summary>What was made.</summary>
    [JsonPropertyName("result")]
    public required CaseResult Result { get; init; }
}

/// <summary>What became of a case.</summary>
internal sealed record CaseResult
{
    /// <summary>The ending of its images in the copy; null where the case cannot be read, and is not there.</summary>
    [JsonPropertyName("image_ending")]
    public string? ImageEnding { get; init; }

    /// <summary>The ending of its segmentation; null where there is none.</summary>
    [JsonPropertyName("label_ending")]
    public string? LabelEnding { get; init; }

    /// <summary>What was mended.</summary>
    [JsonPropertyName("mended")]
    public required ValueArray<RepairNote> Mended { get; init; }

    /// <summary>What was left.</summary>
    [JsonPropertyName("left")]
    public required ValueArray<DatasetFault> Left { get; init; }

    /// <summary>What the verification warns of.</summary>
    [JsonPropertyName("warnings")]
    public required ValueArray<DatasetFault> Warnings { get; init; }

    /// <summary>The labels that occur; null where there is no segmentation.</summary>
    [JsonPropertyName("labels")]
    public ValueArray<int>? Labels { get; init; }

    /// <summary>Where the axes x, y, z of the images lead to.</summary>
    [JsonPropertyName("axes")]
    public string? Axes { get; init; }

    /// <summary>What the checks know of it; null where the case cannot be read.</summary>
    [JsonPropertyName("facts")]
    public CaseFacts? Facts { get; init; }

    /// <summary>The case as the verification knows it.</summary>
    public CaseFindings ToFindings() => new(Left, Warnings, Labels?.ToHashSet(), Axes);
}
