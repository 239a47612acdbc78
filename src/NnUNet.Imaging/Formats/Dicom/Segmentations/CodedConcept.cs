using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.Segmentations;

/// <summary>What something is in a dictionary that others have too, such as SNOMED CT.</summary>
internal sealed record CodedConcept : ICheckedRecord
{
    private const int LongestValue = 16;
    private const int LongestMeaning = 64;

    /// <summary>SNOMED CT, as DICOM calls it.</summary>
    public const string Snomed = "SCT";

    /// <summary>The code, such as <c>10200004</c>; at most 16 characters.</summary>
    [JsonPropertyName("code")]
    public required string Value { get; init; }

    /// <summary>The dictionary.</summary>
    /// <value>SCT: SNOMED CT.</value>
    [JsonPropertyName("scheme")]
    public string Scheme { get; init; } = Snomed;

    /// <summary>The concept's name for people, such as <c>Liver</c>; at most 64 characters.</summary>
    [JsonPropertyName("meaning")]
    public required string Meaning { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Value.Length is 0 or > LongestValue || Value.Contains('\\')) yield return $"code is \"{Value}\", but must have 1 to {LongestValue} characters";
        if (Scheme.Length is 0 or > LongestValue || Scheme.Contains('\\')) yield return $"scheme is \"{Scheme}\", but must have 1 to {LongestValue} characters, such as {Snomed}";
        if (Meaning.Length is 0 or > LongestMeaning || Meaning.Contains('\\')) yield return $"meaning is \"{Meaning}\", but must have 1 to {LongestMeaning} characters";
    }

    /// <summary>A concept of SNOMED CT.</summary>
    public static CodedConcept Of(string value, string meaning) => new() { Value = value, Meaning = meaning };

    /// <summary>The attributes of the item of a code sequence.</summary>
    public void Fill(DataSets.DicomDataSet item) => item
        .AddText(DataSets.DicomTag.CodeValue, Value)
        .AddText(DataSets.DicomTag.CodingSchemeDesignator, Scheme)
        .AddText(DataSets.DicomTag.CodeMeaning, Meaning);
}
