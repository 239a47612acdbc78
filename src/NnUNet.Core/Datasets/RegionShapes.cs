using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>Takes regions out of a <c>dataset.json</c>, from a key of their own or, as nnU-Net v2 has them, from among the labels.</summary>
/// <remarks>
/// nnU-Net v2: labels by their names, of which at least one is a list of several; a number is then a region of one label.
/// Source: nnunetv2/utilities/label_handling/label_handling.py, LabelManager.
/// </remarks>
internal static class RegionShapes
{
    /// <summary>The key of the regions.</summary>
    public const string Key = "regions";

    /// <summary>The key of the labels with which they are painted.</summary>
    public const string OrderKey = "regions_class_order";

    /// <summary>How they are written.</summary>
    public const string Form = "write \"regions\": {\"whole tumour\": [1, 2, 3], \"tumour core\": [2, 3]}, \"regions_class_order\": [1, 2], larger regions first";

    /// <summary>The label of voxels that were not annotated, among the labels of nnU-Net v2.</summary>
    public const string Ignore = "ignore";

    /// <summary>The regions of a file, whose keys are brought into the form of <see cref="DatasetDescription"/>; null where it has none.</summary>
    /// <param name="node">The file; its labels become plain ones.</param>
    /// <param name="labels">The key of the labels.</param>
    /// <param name="faults">Gets what cannot be read.</param>
    public static LabelRegions? TakeFrom(JsonObject node, string labels, List<DatasetFault> faults)
    {
        int before = faults.Count;
        (JsonNode? told, JsonNode? order) = (node[Key], node[OrderKey]);
        node.Remove(Key);
        node.Remove(OrderKey);
        List<LabelRegion> among = AmongLabels(node, labels, asked: order is JsonArray { Count: > 0 }, faults);
        List<LabelRegion> own = Own(told, faults);
        if (among.Count > 0 && own.Count > 0) Fault($"regions stand in \"{Key}\" and among the labels too", "leave those among the labels out, and give each label its number");
        ValueArray<int> painted = Order(order);
        ValueArray<LabelRegion> regions = (own.Count > 0 ? own : among).ToValueArray();
        if (regions.Count == 0 && painted.Count > 0 && faults.Count == before) Fault($"\"{OrderKey}\" is {JsonShape.Short(order)}, but there are no regions", $"{Form}, or leave it out");
        if (faults.Count > before || regions.Count == 0) return null;

        node[Key] = ProductJson.ToNode(regions);
        node[OrderKey] = ProductJson.ToNode(painted);
        return new LabelRegions(regions, painted);

        ValueArray<int> Order(JsonNode? given)
        {
            if (given is null) return [];
            if (Numbers(given) is { } numbers) return numbers;
            Fault($"\"{OrderKey}\" is {JsonShape.Short(given)}, but must be a list of labels", Form);
            return [];
        }

        void Fault(string what, string remedy) => faults.Add(new DatasetFault(DatasetDescription.FileName, what, remedy));
    }

    /// <summary>Regions under a key of their own: an object with their names as keys, or a list of objects.</summary>
    private static List<LabelRegion> Own(JsonNode? told, List<DatasetFault> faults)
    {
        IEnumerable<(string? Name, JsonNode? Labels)> entries = told switch
        {
            null => [],
            JsonObject named => named.Select(static m => ((string?)m.Key, m.Value)),
            JsonArray list => list.Select(static item => ((item as JsonObject)?["name"] is JsonValue name && name.TryGetValue(out string? text) ? text : null, (item as JsonObject)?["labels"])),
            _ => [(null, told)],
        };
        List<LabelRegion> regions = [];
        foreach ((string? name, JsonNode? labels) in entries)
        {
            if (name is not null && Numbers(labels) is { } numbers) regions.Add(new LabelRegion(name, numbers));
            else faults.Add(new DatasetFault(DatasetDescription.FileName, name is null ? $"\"{Key}\" is {JsonShape.Short(told)}, but must have the labels of each region by its name" : $"the region \"{name}\" is {JsonShape.Short(labels)}, but must be a list of labels", Form));
        }

        return regions;
    }

    /// <summary>Regions among labels by their names; the labels become names by their numbers, empty where a label has none of its own.</summary>
    private static List<LabelRegion> AmongLabels(JsonObject node, string key, bool asked, List<DatasetFault> faults)
    {
        if (node[key] is not JsonObject members || !members.Any(static m => m.Value is JsonArray) || members.Any(static m => DatasetDescriptionReader.Number(m.Key) is not null)) return [];
        if (!asked && members.All(static m => m.Value is not JsonArray { Count: > 1 }))
        {
            foreach ((string name, JsonNode? one) in members.Where(static m => m.Value is JsonArray { Count: 1 }).ToArray()) members[name] = one![0]?.DeepClone();
            return [];
        }

        List<LabelRegion> regions = [];
        foreach ((string name, JsonNode? value) in members)
        {
            if (name.Equals(Ignore, StringComparison.OrdinalIgnoreCase)) faults.Add(NoIgnore(name, key));
            else if (Numbers(value) is not { } numbers) faults.Add(new DatasetFault(DatasetDescription.FileName, $"\"{name}\" in \"{key}\" is {JsonShape.Short(value)}, but must be a label or a list of labels", "write {\"background\": 0, \"whole tumour\": [1, 2, 3], \"tumour core\": [2, 3]}"));
            else if (!numbers.All(static l => l == 0) || numbers.Count == 0) regions.Add(new LabelRegion(name, numbers));
        }

        JsonObject plain = [];
        foreach (int label in regions.SelectMany(static r => r.Labels).Where(static l => l > 0).Distinct().Order())
        {
            plain[label.ToString(CultureInfo.InvariantCulture)] = regions.FirstOrDefault(r => r.Labels.Count == 1 && r.Labels[0] == label)?.Name ?? "";
        }

        node[key] = plain;
        return regions;
    }

    /// <summary>The fault of a label of voxels to pass over.</summary>
    public static DatasetFault NoIgnore(string name, string key) => new(
        DatasetDescription.FileName, $"\"{name}\" in \"{key}\" is a label of voxels to pass over, which is not supported in training", "give these voxels another label, and leave it out");

    /// <summary>A list of whole numbers from 0 on, or one of them alone; null where something else stands there.</summary>
    private static ValueArray<int>? Numbers(JsonNode? node)
    {
        int?[] numbers = node is JsonArray list ? [.. list.Select(DatasetDescriptionReader.Whole)] : [DatasetDescriptionReader.Whole(node)];
        return numbers.All(static n => n is >= 0) ? numbers.Select(static n => n!.Value).ToValueArray() : null;
    }
}
