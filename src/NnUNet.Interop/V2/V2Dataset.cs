using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>What a <c>dataset.json</c> beside a model of version 2 says: channels, and what the network's outputs stand for.</summary>
/// <remarks>
/// What labels there are says <see cref="V2Labels"/>. Source: nnunetv2/utilities/label_handling/label_handling.py, determine_num_input_channels.
/// </remarks>
/// <param name="Channels">The channels' names in their order.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Licence">The data set's licence; null where it is not told.</param>
/// <param name="Warnings">What is odd and was taken as it stands, each in one sentence.</param>
internal sealed record V2Dataset(ValueArray<string> Channels, LabelContract Labels, string? Licence, ValueArray<string> Warnings)
{
    private const string Remedy = "take the dataset.json that belongs to the checkpoint";

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
        List<string> faults = [];
        V2Labels declared = V2Labels.Of(file, faults);
        if (faults.Count > 0) throw new DescribedException(path, FaultList.Text(faults), Remedy);
        int[] all = [.. declared.All];
        LabelContract labels = new()
        {
            Foreground = [.. all.Where(static l => l > 0)],
            Names = declared.Declared.Where(static d => d.Values is [_]).Select(static d => new LabelName(d.Values[0], d.Name)).ToValueArray(),
            Ignore = declared.Ignore,
        };
        if (declared.Regions.Count == 0)
        {
            if (!all.SequenceEqual(Enumerable.Range(0, all.Length))) warnings.Add($"{path}: the labels are {string.Join(", ", all)}, but the segmentations will have 0 to {all.Length - 1}, as the original's have");
            return labels;
        }

        // Regions that the original takes as they are, but that cannot be scored: the network's outputs are painted all the same.
        LabelRegions checkedRegions = new([.. declared.Regions.Select(static d => new LabelRegion(d.Name, d.Values))], declared.RegionsClassOrder);
        string[] odd = [.. checkedRegions.Faults(all)];
        warnings.AddRange(odd.Select(fault => $"{path}: {fault}"));
        return labels with { Regions = odd.Length == 0 ? checkedRegions.Regions : [], RegionsClassOrder = declared.RegionsClassOrder };
    }

    private static string? LicenceOf(JsonObject file) =>
        (file["licence"] ?? file["license"]) is JsonValue value && value.GetValueKind() == JsonValueKind.String && (string)value! is { Length: > 0 } licence ? licence : null;

    private static string NameOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string)value! : node?.ToJsonString() ?? "";

    private static int? Number(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
