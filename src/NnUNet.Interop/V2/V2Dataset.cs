using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>What a <c>dataset.json</c> beside a model of version 2 says: channels, and what the network's outputs stand for.</summary>
/// <remarks>
/// The order of the labels matters: it is that of the regions. Source: nnunetv2/utilities/label_handling/label_handling.py, LabelManager
/// and determine_num_input_channels.
/// </remarks>
/// <param name="Channels">The channels' names in their order.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Licence">The data set's licence; null where it is not told.</param>
/// <param name="Warnings">What is odd and was taken as it stands, each in one sentence.</param>
internal sealed record V2Dataset(ValueArray<string> Channels, LabelContract Labels, string? Licence, ValueArray<string> Warnings)
{
    private const string LabelsKey = "labels", OrderKey = "regions_class_order", Ignore = "ignore", Background = "background", Remedy = "take the dataset.json that belongs to the checkpoint";

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescribedException">The file is missing or damaged, or its labels cannot be those of a network.</exception>
    public static V2Dataset Read(string path)
    {
        if (!File.Exists(path)) throw new DescribedException(path, "there is no such file, which says what the network's outputs are", $"get the whole model again from where it came from; {Path.GetFileName(path)} lies beside {V2Plans.FileName}");
        JsonObject file = ProductJson.Read<JsonObject>(path);
        List<string> warnings = [];
        return new V2Dataset(ChannelsOf(path, file), LabelsOf(path, file, warnings), LicenceOf(file), warnings.ToValueArray());
    }

    /// <summary>Names by numbers, or a list of names; <c>modality</c> goes before <c>channel_names</c>, as in the original.</summary>
    private static ValueArray<string> ChannelsOf(string path, JsonObject file)
    {
        string key = file["modality"] is not null ? "modality" : "channel_names";
        string[] names = file[key] switch
        {
            JsonArray list => [.. list.Select(NameOf)],
            JsonObject named when named.All(static n => Number(n.Key) is not null) => [.. named.OrderBy(static n => Number(n.Key)).Select(static n => NameOf(n.Value))],
            null => throw new DescribedException(path, "there is neither channel_names nor modality", Remedy),
            var other => throw new DescribedException(path, $"{key} is {JsonShape.Short(other)}, but must name the channels by their numbers", Remedy),
        };
        return names.Length > 0 ? [.. names] : throw new DescribedException(path, $"{key} names no channel", Remedy);
    }

    private static LabelContract LabelsOf(string path, JsonObject file, List<string> warnings)
    {
        List<(string Name, int[] Values, bool IsList)> declared = Declared(path, file);
        int? ignore = null;
        if (declared.FirstOrDefault(static d => d.Name == Ignore) is { Name: not null } ignored)
        {
            ignore = ignored is { IsList: false, Values: [int one] } ? one : throw new DescribedException(path, $"{LabelsKey}.{Ignore} must be one number", Remedy);
            declared.Remove(ignored);
        }

        if (declared.FirstOrDefault(static d => d.Name == Background) is not { IsList: false, Values: [0] }) throw new DescribedException(path, $"{LabelsKey} must have {Background} with the number 0", Remedy);
        int[] all = [.. declared.SelectMany(static d => d.Values).Distinct().Order()];
        if (all.Any(static l => l is < 0 or > short.MaxValue)) throw new DescribedException(path, $"the labels are {string.Join(", ", all)}, but must be from 0 to {short.MaxValue}", Remedy);
        if (ignore is { } told && told != all[^1] + 1) warnings.Add($"{path}: the label {Ignore} is {told}, but the original wants it to be {all[^1] + 1}");

        LabelContract labels = new()
        {
            Foreground = [.. all.Where(static l => l > 0)],
            Names = declared.Where(static d => d.Values is [_]).Select(static d => new LabelName(d.Values[0], d.Name)).ToValueArray(),
            Ignore = ignore,
        };
        if (!declared.Any(static d => d.IsList && d.Values.Length > 1))
        {
            if (!all.SequenceEqual(Enumerable.Range(0, all.Length))) warnings.Add($"{path}: the labels are {string.Join(", ", all)}, but the segmentations will have 0 to {all.Length - 1}, as the original's have");
            return labels;
        }

        LabelRegion[] regions = [.. declared.Where(static d => !d.Values.All(static v => v == 0)).Select(static d => new LabelRegion(d.Name, [.. d.Values]))];
        int[] order = (file[OrderKey] as JsonArray)?.Select(Whole).OfType<int>().ToArray() ?? [];
        if (order.Length != regions.Length || (file[OrderKey] as JsonArray)!.Count != order.Length)
        {
            throw new DescribedException(path, $"there are {regions.Length} regions ({string.Join(", ", regions.Select(static r => r.Name))}), but {OrderKey} is {JsonShape.Short(file[OrderKey])}, which must give the label with which each is painted", Remedy);
        }

        // Regions that the original takes as they are, but that cannot be scored: the network's outputs are painted all the same.
        LabelRegions checkedRegions = new([.. regions], [.. order]);
        string[] odd = [.. checkedRegions.Faults(all)];
        warnings.AddRange(odd.Select(fault => $"{path}: {fault}"));
        return labels with { Regions = odd.Length == 0 ? checkedRegions.Regions : [], RegionsClassOrder = [.. order] };
    }

    /// <summary>The labels in their order, each with its number or numbers; numbers with names, as in version 1, the other way round.</summary>
    private static List<(string Name, int[] Values, bool IsList)> Declared(string path, JsonObject file)
    {
        if (file[LabelsKey] is not JsonObject { Count: > 0 } labels) throw new DescribedException(path, $"{LabelsKey} is {JsonShape.Short(file[LabelsKey])}, but must be an object with the labels by their names", Remedy);
        if (labels.All(static l => Number(l.Key) is not null && l.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String))
        {
            return [.. labels.Select(static l => ((string)l.Value!, (int[])[Number(l.Key)!.Value], false))];
        }

        List<(string Name, int[] Values, bool IsList)> declared = [];
        foreach ((string name, JsonNode? value) in labels)
        {
            if (value is null && name == Ignore) continue;
            int?[] numbers = value is JsonArray list ? [.. list.Select(Whole)] : [Whole(value)];
            if (numbers.Length == 0 || numbers.Contains(null)) throw new DescribedException(path, $"{LabelsKey}.{name} is {JsonShape.Short(value)}, but must be a whole number or a list of them", Remedy);
            declared.Add((name, [.. numbers.OfType<int>()], value is JsonArray));
        }

        return declared;
    }

    private static string? LicenceOf(JsonObject file) =>
        (file["licence"] ?? file["license"]) is JsonValue value && value.GetValueKind() == JsonValueKind.String && (string)value! is { Length: > 0 } licence ? licence : null;

    private static string NameOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string)value! : node?.ToJsonString() ?? "";

    private static int? Number(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static int? Whole(JsonNode? node)
    {
        int whole = ProductJson.TryRead<int>(node, out IReadOnlyList<string> faults);
        return faults.Count == 0 ? whole : null;
    }
}
