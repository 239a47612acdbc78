using System.Text.Json.Serialization;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Core.DicomResults;

/// <summary>What a <see cref="SegmentTable"/> tells of a label.</summary>
internal sealed record SegmentEntry : ICheckedRecord
{
    /// <summary>What people call it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Red, green and blue from 0 to 255.</summary>
    /// <value>Empty: the colour that the label has in the product's pictures.</value>
    [JsonPropertyName("colour")]
    public ValueArray<int> Colour { get; init; } = [];

    /// <summary>The kind of thing.</summary>
    /// <value>Null: SCT 123037004, anatomical structure, where there is a type.</value>
    [JsonPropertyName("category")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CodedConcept? Category { get; init; }

    /// <summary>The thing.</summary>
    /// <value>Null: what the program's table of anatomy has under the name, or tissue.</value>
    [JsonPropertyName("type")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CodedConcept? Type { get; init; }

    /// <summary>Which of several, such as left.</summary>
    [JsonPropertyName("modifier")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CodedConcept? Modifier { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Name)) yield return "name is empty";
        if (Colour.Count != 0 && (Colour.Count != 3 || Colour.Any(static c => c is < 0 or > 255))) yield return $"colour is {Colour}, but must be red, green and blue from 0 to 255";
        if (Type is null && (Category is not null || Modifier is not null)) yield return "type is missing, but category or modifier is there";
        if (Type is not null)
        {
            foreach (string fault in Codes!.Faults()) yield return fault;
        }
    }

    private StructureCodes? Codes => Type is null ? null : new StructureCodes { Category = Category ?? StructureCodes.AnatomicalStructure, Type = Type, Modifier = Modifier };

    /// <summary>The segment of a label.</summary>
    public DicomSegment ToSegment(int value)
    {
        DicomSegment plain = DicomSegment.Of(value, Name);
        return plain with
        {
            Colour = Colour.Count == 3 ? ((byte)Colour[0], (byte)Colour[1], (byte)Colour[2]) : LabelColours.Of(value),
            Codes = Codes ?? plain.Codes,
        };
    }
}
