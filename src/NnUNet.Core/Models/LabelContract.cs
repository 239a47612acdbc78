using System.Globalization;
using System.Text.Json.Serialization;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>A label's name.</summary>
/// <param name="Label">The label.</param>
/// <param name="Name">Its name.</param>
public sealed record LabelName(int Label, string Name);

/// <summary>The labels of a model's segmentations, and what its network's outputs stand for: classes, or regions that may overlap.</summary>
public sealed record LabelContract
{
    /// <summary>The labels without background and ignore label, in ascending order.</summary>
    public required ValueArray<int> Foreground { get; init; }

    /// <summary>The names that are known.</summary>
    /// <value>None.</value>
    public ValueArray<LabelName> Names { get; init; }

    /// <summary>The regions in the order of the network's outputs, as far as it is known which labels belong to them.</summary>
    /// <value>None.</value>
    public ValueArray<LabelRegion> Regions { get; init; }

    /// <summary>With regions: the labels with which they are painted, one per output; later ones lie on top of earlier ones.</summary>
    /// <value>None: the outputs are the background and the classes.</value>
    public ValueArray<int> RegionsClassOrder { get; init; }

    /// <summary>The label of voxels that were not annotated, which training and evaluation ignore; null for none.</summary>
    public int? Ignore { get; init; }

    /// <summary>Whether the network's outputs are regions.</summary>
    public bool HasRegions => RegionsClassOrder.Count > 0;

    /// <summary>Number of the network's outputs: the background and each class, or each region.</summary>
    public int Outputs => HasRegions ? RegionsClassOrder.Count : Foreground.Count + 1;

    /// <summary>What is scored of the model's segmentations: the labels that they have, the background first, and then the regions.</summary>
    [JsonIgnore]
    public IReadOnlyList<EvaluationLabel> Structures => [.. EvaluationLabel.From(Segmented), .. Regions.Select(EvaluationLabel.Of)];

    /// <summary>The labels that segmentations of the model have, the background first, in ascending order.</summary>
    [JsonIgnore]
    public IEnumerable<int> Segmented => HasRegions ? RegionsClassOrder.Prepend(0).Distinct().Order() : Enumerable.Range(0, Outputs);

    /// <summary>What each Dice of an epoch's validation is of: the labels, or the regions by the label with which they are painted; names that are not known are empty.</summary>
    public ValueArray<LabelName> Scored => HasRegions
        ? RegionsClassOrder.Select((label, i) => new LabelName(label, i < Regions.Count ? Regions[i].Name : NameOf(label) ?? "")).ToValueArray()
        : Enumerable.Range(1, Outputs - 1).Select(label => new LabelName(label, NameOf(label) ?? "")).ToValueArray();

    /// <summary>A label's name, or null where it is not known.</summary>
    public string? NameOf(int label) => Names.FirstOrDefault(n => n.Label == label)?.Name;

    /// <summary>The names by their labels.</summary>
    public IReadOnlyDictionary<int, string> NamesByLabel() => Names.DistinctBy(static n => n.Label).ToDictionary(static n => n.Label, static n => n.Name);

    /// <summary>The names by the label as text, as <c>dataset.json</c> has them.</summary>
    public IReadOnlyDictionary<string, string> NamesByValue() =>
        NamesByLabel().ToDictionary(static n => n.Key.ToString(CultureInfo.InvariantCulture), static n => n.Value);

    /// <summary>The labels above 0 that segmentations of the model have, as text, each with its name, or its number where the name is not known.</summary>
    public IReadOnlyDictionary<string, string> SegmentsByValue() => Segmented.Where(static l => l > 0)
        .ToDictionary(static l => l.ToString(CultureInfo.InvariantCulture), l => NameOf(l) ?? string.Create(CultureInfo.InvariantCulture, $"label {l}"));

    /// <summary>What is wrong with the labels, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Foreground.SequenceEqual(Foreground.Distinct().Order()) || Foreground.Any(static l => l < 1)) yield return $"the labels are {Foreground}, but must be positive and ascending";
        if (Regions.Count > 0)
        {
            foreach (string fault in new LabelRegions(Regions, RegionsClassOrder).Faults(Foreground)) yield return fault;
        }

        if (RegionsClassOrder.Any(static l => l is < 0 or > short.MaxValue)) yield return $"regions are painted with {RegionsClassOrder}, but must be with labels from 0 to {short.MaxValue}";
    }
}
