using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>The labels of v2's <c>dataset.json</c>, for models and for results alike: what the original goes on with is read, what it refuses is refused.</summary>
/// <remarks>
/// The order of the file's keys is that of the regions. Beyond the original, numbers with names, as version 1 has them, are taken the other
/// way round. Source: nnunetv2/utilities/label_handling/label_handling.py, LabelManager.
/// </remarks>
/// <param name="Declared">The labels in the file's order, without the ignore label.</param>
/// <param name="Ignore">The label of the reference that is neither trained nor scored; null where there is none.</param>
/// <param name="RegionsClassOrder">The label with which each region is painted, later ones over earlier ones; none where labels are classes.</param>
internal sealed record V2Labels(ValueArray<V2Label> Declared, int? Ignore, ValueArray<int> RegionsClassOrder)
{
    private const string LabelsKey = "labels", OrderKey = "regions_class_order", IgnoreName = "ignore", Background = "background";

    /// <summary>All label values in ascending order, background included, the ignore label not.</summary>
    public ValueArray<int> All => Values(Declared);

    /// <summary>The regions in the order of the file; none where labels are classes.</summary>
    public ValueArray<V2Label> Regions => Regional(Declared);

    /// <summary>Reads a file's labels.</summary>
    /// <param name="file">The file's content.</param>
    /// <param name="faults">Gets what cannot be, each in one sentence.</param>
    /// <returns>The labels; of no use where there are faults.</returns>
    public static V2Labels Of(JsonObject file, List<string> faults)
    {
        if (file[LabelsKey] is not JsonObject { Count: > 0 } named)
        {
            faults.Add($"{LabelsKey} is {JsonShape.Short(file[LabelsKey])}, but must be an object with the labels by their names");
            return new V2Labels([], null, []);
        }

        int before = faults.Count;
        List<V2Label> labels = [];
        int? ignore = null;
        foreach ((string name, JsonNode? value) in ByName(named))
        {
            if (name == IgnoreName && value is null) continue;
            int?[] numbers = value is JsonArray list ? [.. list.Select(Number)] : [Number(value)];
            if (numbers.Length == 0 || numbers.Contains(null)) faults.Add($"the label \"{name}\" is {JsonShape.Short(value)}, but must be a number from 0 to {short.MaxValue}, or a list of such");
            else if (name != IgnoreName) labels.Add(new V2Label(name, [.. numbers.OfType<int>()], value is JsonArray));
            else if (value!.GetValueKind() != JsonValueKind.Number) faults.Add($"the label \"{IgnoreName}\" is {JsonShape.Short(value)}, but must be one number");
            else ignore = numbers[0];
        }

        if (labels.Find(static l => l.Name == Background) is not { } background)
        {
            if (faults.Count == before) faults.Add($"there is no label \"{Background}\", which must be 0");
        }
        else if (background is not { IsList: false, Values: [0] })
        {
            faults.Add($"the label \"{Background}\" must be 0");
        }

        ValueArray<int> all = Values(labels);
        if (ignore is { } ignored && all.Count > 0 && ignored != all[^1] + 1) faults.Add($"the label \"{IgnoreName}\" is {ignored}, but must be the highest label and one more, {all[^1] + 1}");
        return new V2Labels([.. labels], ignore, Order(file, Regional(labels), faults));
    }

    /// <summary>Numbers with names, as in version 1, the other way round.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> ByName(JsonObject named) =>
        named.All(static l => int.TryParse(l.Key.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _) && l.Value?.GetValueKind() == JsonValueKind.String)
            ? named.Select(static l => KeyValuePair.Create((string)l.Value!, (JsonNode?)JsonValue.Create(l.Key.Trim())))
            : named;

    private static ValueArray<int> Values(IEnumerable<V2Label> labels) => [.. labels.SelectMany(static l => l.Values).Distinct().Order()];

    /// <summary>One list of several labels makes all that is not background regions.</summary>
    private static ValueArray<V2Label> Regional(IReadOnlyList<V2Label> labels) =>
        labels.Any(static l => l.IsList && l.Values.Count > 1) ? [.. labels.Where(static l => l.Values.Any(static v => v != 0))] : [];

    private static ValueArray<int> Order(JsonObject file, ValueArray<V2Label> regions, List<string> faults)
    {
        if (regions.Count == 0) return [];
        int?[] order = file[OrderKey] is JsonArray given ? [.. given.Select(Number)] : [];
        if (order.Length == regions.Count && !order.Contains(null)) return [.. order.OfType<int>()];
        string what = order.Contains(null) ? $"is {JsonShape.Short(file[OrderKey])}" : $"has {order.Length} labels for {regions.Count} regions ({string.Join(", ", regions.Select(static r => r.Name))})";
        faults.Add($"{OrderKey} {what}, but must give the label with which each is painted");
        return [];
    }

    /// <summary>A whole number, or a text of one, as Python's int takes both.</summary>
    private static int? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.Number or JsonValueKind.String
        && double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= short.MaxValue && number == Math.Floor(number)
            ? (int)number
            : null;
}

/// <summary>A label of v2's <c>dataset.json</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its number, or those of a list.</param>
/// <param name="IsList">Whether they stand in a list.</param>
internal sealed record V2Label(string Name, ValueArray<int> Values, bool IsList);
