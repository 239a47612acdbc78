using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>What a segment is, in codes: the kind of thing, the thing, and which of two or where.</summary>
internal sealed record StructureCodes : ICheckedRecord
{
    /// <summary>A part of the body (context group 7150 of DICOM PS3.16, as all categories).</summary>
    public static CodedConcept AnatomicalStructure { get; } = CodedConcept.Of("123037004", "Anatomical Structure");

    /// <summary>What is told of a segment of which nothing is known: tissue that is tissue, as 3D Slicer has it.</summary>
    /// <remarks>Source: the default terminology of 3D Slicer's segments, which its exporter to DICOM writes.</remarks>
    public static StructureCodes Tissue { get; } = new() { Category = CodedConcept.Of("85756007", "Tissue"), Type = CodedConcept.Of("85756007", "Tissue") };

    /// <summary>The kind of thing, such as an anatomical structure or a morphologically altered one.</summary>
    /// <value>SCT 123037004, anatomical structure.</value>
    [JsonPropertyName("category")]
    public CodedConcept Category { get; init; } = AnatomicalStructure;

    /// <summary>The thing, such as the liver.</summary>
    [JsonPropertyName("type")]
    public required CodedConcept Type { get; init; }

    /// <summary>Which of several, such as left (SCT 7771000); null for none.</summary>
    [JsonPropertyName("modifier")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CodedConcept? Modifier { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults() =>
        [.. Of("category", Category), .. Of("type", Type), .. Modifier is null ? [] : Of("modifier", Modifier)];

    private static IEnumerable<string> Of(string key, CodedConcept concept) => concept.Faults().Select(f => $"{key}.{f}");
}
