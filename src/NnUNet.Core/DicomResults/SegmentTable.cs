using System.Globalization;
using System.Text.Json.Serialization;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Core.DicomResults;

/// <summary>What is told of labels in DICOM: a JSON file that the user or the maker of a model writes.</summary>
/// <remarks>Everything but the names may be left out: colours are then those of the product's pictures, and codes come from the program's table of anatomy by the name, or else are "tissue".</remarks>
internal sealed record SegmentTable : ICheckedRecord
{
    /// <summary>The labels by their values.</summary>
    [JsonPropertyName("segments")]
    public required Dictionary<string, SegmentEntry> Segments { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescribedException">It cannot be read, or is faulty.</exception>
    public static SegmentTable Read(string path) => ProductJson.Read<SegmentTable>(path);

    /// <inheritdoc/>
    public IEnumerable<string> Faults()
    {
        if (Segments.Count == 0) yield return "segments is empty, but must have the labels by their values";
        foreach ((string value, SegmentEntry entry) in Segments)
        {
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int label) || label is < 1 or > short.MaxValue) yield return $"segments has the key \"{value}\", but keys are labels from 1 to {short.MaxValue}";
            foreach (string fault in entry.Faults()) yield return $"segments.{value}.{fault}";
        }
    }

    /// <summary>The segments of the file, in the order of their values.</summary>
    public IReadOnlyList<DicomSegment> ToSegments() =>
        [.. Segments.Select(static s => s.Value.ToSegment(int.Parse(s.Key, CultureInfo.InvariantCulture))).OrderBy(static s => s.Value)];

    /// <summary>The segments of labels of which only names are known.</summary>
    /// <param name="names">The names by label as text, such as those of a <c>dataset.json</c>; what is no label above 0 is passed over.</param>
    public static IReadOnlyList<DicomSegment> Of(IEnumerable<KeyValuePair<string, string>> names)
    {
        List<DicomSegment> segments = [];
        foreach ((string key, string name) in names)
        {
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int label) && label is > 0 and <= short.MaxValue) segments.Add(DicomSegment.Of(label, name) with { Colour = LabelColours.Of(label) });
        }

        return [.. segments.OrderBy(static s => s.Value)];
    }
}
