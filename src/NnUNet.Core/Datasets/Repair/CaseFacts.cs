using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>What the checks know of a case.</summary>
public sealed record CaseFacts
{
    /// <summary>Its channels in their order.</summary>
    [JsonPropertyName("images")]
    public required ValueArray<ImageFacts> Images { get; init; }

    /// <summary>The foreground labels that its segmentation has; null where there is none, or none that could be read.</summary>
    [JsonPropertyName("labels")]
    public required ValueArray<LabelFacts>? Labels { get; init; }
}

/// <summary>What the checks know of an image.</summary>
public sealed record ImageFacts
{
    /// <summary>Its file in the copy, with its folder.</summary>
    [JsonPropertyName("file")]
    public required string File { get; init; }

    /// <summary>Millimetres between voxels, array order (z, y, x).</summary>
    [JsonPropertyName("spacing")]
    public required ValueArray<double> Spacing { get; init; }

    /// <summary>The 1st percentile of the finite voxels.</summary>
    [JsonPropertyName("low")]
    public required double Low { get; init; }

    /// <summary>The median of those that are not 0; 0 where all are.</summary>
    [JsonPropertyName("median")]
    public required double Median { get; init; }

    /// <summary>The 99th percentile of the finite voxels.</summary>
    [JsonPropertyName("high")]
    public required double High { get; init; }

    /// <summary>The value of all voxels, where they have one.</summary>
    [JsonPropertyName("constant")]
    public required double? Constant { get; init; }

    /// <summary>A hash of size and voxels, whatever the file looks like.</summary>
    [JsonPropertyName("hash")]
    public required string Hash { get; init; }
}

/// <summary>Where a label lies in its image.</summary>
public sealed record LabelFacts
{
    /// <summary>The label.</summary>
    [JsonPropertyName("label")]
    public required int Label { get; init; }

    /// <summary>
    /// From the image's centre to the label's, in halves of the image's size along the axes of the world: to the left, to posterior, to
    /// superior; from -1 to 1.
    /// </summary>
    [JsonPropertyName("offset")]
    public required ValueArray<double> Offset { get; init; }
}
