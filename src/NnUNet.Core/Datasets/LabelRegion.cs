using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>A region: a set of labels that a network finds as one, whatever else finds them too.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">The labels that belong to it.</param>
public sealed record LabelRegion(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("labels")] ValueArray<int> Labels)
{
    /// <summary>The region for people: <c>tumour core (2, 3)</c>.</summary>
    public override string ToString() => $"{Name} ({string.Join(", ", Labels)})";
}
