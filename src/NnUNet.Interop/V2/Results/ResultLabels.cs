using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Cases;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>What the commands on results need of v2's <c>dataset.json</c>: labels or regions, the ignore label, the ending of files.</summary>
/// <remarks>Regions count in the order of the file's keys. Source: nnunetv2/utilities/label_handling/label_handling.py.</remarks>
internal sealed record ResultLabels
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "dataset.json";

    private const string Remedy = "correct dataset.json, or give the one of these results";
    private const string Background = "background";
    private const string Ignore = "ignore";

    /// <summary>The ending of segmentations, such as <c>.nii.gz</c>.</summary>
    public required string FileEnding { get; init; }

    /// <summary>All label values in ascending order, background included, the ignore label not.</summary>
    public required ValueArray<int> AllLabels { get; init; }

    /// <summary>The regions in the order of the file; none where labels are classes.</summary>
    public ValueArray<ComponentRegion> Regions { get; init; } = [];

    /// <summary>The label with which each region is painted, later ones over earlier ones; none where labels are classes.</summary>
    public ValueArray<int> RegionsClassOrder { get; init; } = [];

    /// <summary>The label of the reference that is not scored; null where there is none.</summary>
    public int? IgnoreLabel { get; init; }

    /// <summary>Whether networks say regions instead of classes.</summary>
    public bool HasRegions => Regions.Count > 0;

    /// <summary>The label values without the background.</summary>
    public ValueArray<int> Foreground => [.. AllLabels.Where(static l => l != 0)];

    /// <summary>Channels of probabilities: regions, or classes with the background.</summary>
    public int Outputs => HasRegions ? Regions.Count : AllLabels.Count;

    /// <summary>What is scored: the regions, or every foreground label.</summary>
    public IReadOnlyList<ComponentRegion> Structures => HasRegions ? [.. Regions] : [.. Foreground.Select(ComponentRegion.Of)];

    /// <summary>The key and the labels of what is scored: <c>1</c>, <c>(1, 2)</c>.</summary>
    public static EvaluationLabel Scored(ComponentRegion structure) => new(structure.ToString(), structure.Classes);

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file, or the folder in which it lies.</param>
    /// <exception cref="DescribedException">The file is missing or damaged, or its labels cannot be; all faults in one message.</exception>
    public static ResultLabels Read(string path)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, FileName);
        if (!File.Exists(path)) throw new DescribedException(path, "there is no such file", "give the dataset.json of these results; nnU-Net v2 puts one into every folder of predictions");
        return Of(path, JsonTree.Read(path));
    }

    /// <summary>The labels of a file's content.</summary>
    /// <inheritdoc cref="Read"/>
    internal static ResultLabels Of(string path, JsonNode? content)
    {
        if (content is not JsonObject root || root["labels"] is not JsonObject named) throw new DescribedException(path, "it has no \"labels\" from names to numbers", Remedy);

        List<string> faults = [];
        List<(string Name, int[] Values, bool IsList)> labels = [];
        int? ignore = null;
        foreach ((string name, JsonNode? value) in named)
        {
            int[]? values = value is JsonArray list ? [.. list.Select(Number).OfType<int>()] : Number(value) is { } one ? [one] : null;
            if (values is null || values.Length == 0 || (value is JsonArray all && all.Count != values.Length))
            {
                faults.Add($"the label \"{name}\" is {JsonShape.Short(value)}, but must be a number from 0 to {short.MaxValue}, or a list of such");
            }
            else if (name == Ignore)
            {
                if (value is JsonArray) faults.Add("the label \"ignore\" is a list, but must be one number");
                ignore = values[0];
            }
            else
            {
                labels.Add((name, values, value is JsonArray));
            }
        }

        if (!named.ContainsKey(Background)) faults.Add("there is no label \"background\"");
        else if (labels.Exists(static l => l.Name == Background && (l.IsList || l.Values[0] != 0))) faults.Add("the label \"background\" must be 0");

        int[] values_ = [.. labels.SelectMany(static l => l.Values).Distinct().Order()];
        if (ignore is { } ignored && values_.Length > 0 && ignored != values_[^1] + 1) faults.Add($"the label \"ignore\" is {ignored}, but must be the highest label and one more, {values_[^1] + 1}");

        ComponentRegion[] regions = labels.Exists(static l => l.IsList && l.Values.Length > 1)
            ? [.. labels.Where(static l => l.Values.Any(static v => v != 0)).Select(static l => l.IsList ? ComponentRegion.Joint(l.Values) : ComponentRegion.Of(l.Values[0]))]
            : [];
        int[] order = [];
        if (regions.Length > 0)
        {
            order = root["regions_class_order"] is JsonArray given ? [.. given.Select(Number).OfType<int>()] : [];
            if (order.Length != regions.Length) faults.Add($"regions_class_order has {order.Length} labels for {regions.Length} regions");
        }

        string? ending = (root["file_ending"] as JsonValue)?.TryGetValue(out string? text) == true ? text : null;
        if (ending is null || ResultEnding.Fault(ending) is not null)
        {
            faults.Add(ending is null ? "it has no \"file_ending\" such as \".nii.gz\"" : $"file_ending: {ResultEnding.Fault(ending)}");
        }

        return faults.Count > 0 ? throw new DescribedException(path, FaultList.Text(faults), Remedy) : new ResultLabels
        {
            FileEnding = ending!,
            AllLabels = [.. values_],
            Regions = [.. regions],
            RegionsClassOrder = [.. order],
            IgnoreLabel = ignore,
        };
    }

    private static int? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.Number or JsonValueKind.String
        && double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= short.MaxValue && number == Math.Floor(number)
            ? (int)number
            : null;
}
