using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Cases;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>Brings a <c>dataset.json</c> of any shape whose meaning is clear into the one shape of <see cref="DatasetDescription"/>; says of all else what stands there and what is wanted.</summary>
/// <remarks>
/// Taken as they are meant: lists for mappings, labels by their names and <c>channel_names</c> (nnU-Net v2), numbers for names and texts for
/// numbers, keys with leading zeros or in other letters, test images as objects, no lists of cases at all, regions among the labels (nnU-Net v2).
/// </remarks>
internal sealed class DatasetDescriptionReader
{
    private const string Modality = "modality";
    private const string ChannelNames = "channel_names";
    private const string Labels = "labels";
    private const string Training = "training";
    private const string Test = "test";
    private const string Dataset = "dataset";
    private const string Counted = "numTraining";
    private const string Background = "background";
    private const string ChannelForm = "write {\"0\": \"MRI\"}, one name a channel";
    private const string LabelForm = "write {\"0\": \"background\", \"1\": \"liver\"}, one name a label";
    private const string TrainingForm = "write [{\"image\": \"./imagesTr/CASE.nii.gz\", \"label\": \"./labelsTr/CASE.nii.gz\"}]";
    private const string TestForm = "write [\"./imagesTs/CASE.nii.gz\"], or leave it out";

    private readonly List<DatasetFault> _faults = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="DatasetException">The file cannot be used; all its faults.</exception>
    /// <exception cref="DescribedException">The file is missing or is not JSON.</exception>
    public DatasetDescription Read(string path)
    {
        JsonObject node = ProductJson.Read<JsonObject>(path);
        foreach (string key in (string[])[Modality, ChannelNames, Labels, RegionShapes.Key, RegionShapes.OrderKey, Training, Test, Dataset, Counted, "name", "file_ending"]) InSmallLetters(node, key);

        bool lists = node[Training] is not null || !IsOfVersion2(node);
        int? counted = lists ? null : Whole(node[Counted]);
        node[Modality] = Channels(node);
        LabelRegions? regions = RegionShapes.TakeFrom(node, Labels, _faults);
        node[Labels] = LabelsOf(node);
        if (regions is not null && node[Labels] is JsonObject labels) CheckRegions(regions, labels);
        node[Training] = lists ? Cases(node) : new JsonArray();
        node[Test] = TestImages(node);
        if (node["name"] is not JsonValue) node.Remove("name");
        if (node[Dataset] is JsonObject)
        {
            Fault($"\"{Dataset}\" lists the files of each case, which is not supported", $"leave it out, and name the files CASE_0000 in {DatasetFolder.TrainingImages} and CASE in {DatasetFolder.TrainingLabels}");
        }

        if (_faults.Count > 0) throw new DatasetException(path, _faults);
        DatasetDescription? description = ProductJson.TryRead<DatasetDescription>(node, out IReadOnlyList<string> faults);
        return description is not null && faults.Count == 0
            ? description with { ListsCases = lists, CountedCases = counted }
            : throw new DatasetException(path, [.. faults.Select(static f => new DatasetFault(DatasetDescription.FileName, f, "correct it"))]);
    }

    /// <summary>Whether there is a key of nnU-Net v2, whose file does not list the cases.</summary>
    private static bool IsOfVersion2(JsonObject node) => node.ContainsKey(ChannelNames) || node.ContainsKey("file_ending") || node.ContainsKey(Counted);

    private static void InSmallLetters(JsonObject node, string key)
    {
        if (!node.ContainsKey(key)) JsonShape.Rename(node, key);
    }

    private JsonObject? Channels(JsonObject node)
    {
        string key = node[Modality] is not null || !node.ContainsKey(ChannelNames) ? Modality : ChannelNames;
        if (node[Modality] is { } old && node[ChannelNames] is { } other && !JsonNode.DeepEquals(old, other))
        {
            Fault($"\"{Modality}\" is {JsonShape.Short(old)}, but \"{ChannelNames}\" is {JsonShape.Short(other)}", "leave one of them out");
            return null;
        }

        JsonNode? value = node[key] is JsonValue single && Name(single) is not null ? new JsonArray(single.DeepClone()) : node[key];
        if (Named(node, key, value, ChannelForm) is not { } channels) return null;

        int[] numbers = [.. channels.Keys];
        if (!numbers.SequenceEqual(Enumerable.Range(0, numbers.Length)) || numbers.Length == 0)
        {
            Fault(numbers.Length == 0 ? $"\"{key}\" names no channel" : $"the channels in \"{key}\" are numbered {string.Join(", ", numbers)}", "number them 0, 1, 2, … without gaps");
        }

        return Object(channels);
    }

    private JsonObject? LabelsOf(JsonObject node)
    {
        if (Named(node, Labels, node[Labels], LabelForm) is not { } labels) return null;
        if (labels.Keys.Any(static l => l > short.MaxValue)) Fault($"\"{Labels}\" has the label {labels.Keys.Last()}", "number them 0 (background), 1, 2, … without gaps");

        // Nothing else can be meant by 0; but another label of that name is a mistake in counting.
        if (!labels.ContainsKey(0) && labels.FirstOrDefault(static l => l.Value.Equals(Background, StringComparison.OrdinalIgnoreCase)) is { Value: not null } shifted)
        {
            Fault($"\"{Labels}\" says that {shifted.Key} is the {Background}", "the background is 0, in the files too");
        }

        labels.TryAdd(0, Background);
        return Object(labels);
    }

    /// <summary>Names by their numbers, from a mapping of either direction or a list; null where it is none, which is told.</summary>
    private SortedDictionary<int, string>? Named(JsonObject node, string key, JsonNode? value, string form)
    {
        int before = _faults.Count;
        SortedDictionary<int, string> named = [];
        switch (value)
        {
            case JsonArray list:
                for (int i = 0; i < list.Count; i++) Add(i.ToString(CultureInfo.InvariantCulture), list[i]);
                break;
            case JsonObject { Count: > 0 } members when key == Labels && members.All(static m => Number(m.Key) is null && Whole(m.Value) is not null):
                foreach ((string name, JsonNode? number) in members) AddByName(name, number);
                break;
            case JsonObject members:
                foreach ((string number, JsonNode? name) in members) Add(number, name);
                break;
            default:
                Fault(node.ContainsKey(key) ? $"\"{key}\" is {JsonShape.Short(value)}" : $"the key \"{key}\" is missing", form);
                break;
        }

        return _faults.Count == before ? named : null;

        void Add(string number, JsonNode? name)
        {
            if (Number(number) is not { } one) Fault($"the key \"{number}\" in \"{key}\" is not a whole number", "use numbers as keys and names as values");
            else if (Name(name) is not { } text) Fault($"\"{number}\" in \"{key}\" is {JsonShape.Short(name)}, but must be a name", form);
            else if (!named.TryAdd(one, text)) Fault($"\"{key}\" has the number {one} twice", form);
        }

        void AddByName(string name, JsonNode? number)
        {
            if (name.Equals(RegionShapes.Ignore, StringComparison.OrdinalIgnoreCase)) _faults.Add(RegionShapes.NoIgnore(name, key));
            else if (Whole(number) is not (>= 0 and int one)) Fault($"\"{name}\" in \"{key}\" is {JsonShape.Short(number)}, but must be a whole number from 0 on", form);
            else if (!named.TryAdd(one, name)) Fault($"\"{named[one]}\" and \"{name}\" in \"{key}\" are both {one}", "give each label its own number");
        }
    }

    private void CheckRegions(LabelRegions regions, JsonObject labels)
    {
        foreach (string fault in regions.Faults(labels.Select(static l => int.Parse(l.Key, CultureInfo.InvariantCulture)))) Fault(fault, RegionShapes.Form);
    }

    private JsonArray? Cases(JsonObject node)
    {
        if (node[Training] is not JsonArray list)
        {
            Fault(node.ContainsKey(Training) ? $"\"{Training}\" is {JsonShape.Short(node[Training])}, but must be a list of cases" : $"the key \"{Training}\" is missing", TrainingForm);
            return null;
        }

        JsonArray cases = [];
        for (int i = 0; i < list.Count; i++)
        {
            string where = $"\"{Training}\"[{i}]";
            if (list[i] is not JsonObject entry)
            {
                Fault($"{where} is {JsonShape.Short(list[i])}, but must be a case", list[i] is null ? "remove it" : TrainingForm);
                continue;
            }

            JsonObject one = [];
            foreach (string key in (string[])["image", "label"])
            {
                InSmallLetters(entry, key);
                if (PathOf(entry[key]) is { } path) one[key] = path;
                else Missing(where, entry, key);
            }

            cases.Add(one);
        }

        return cases;
    }

    private void Missing(string where, JsonObject entry, string key)
    {
        string other = entry.Where(m => m.Key != key).Select(m => PathOf(m.Value)).FirstOrDefault(static p => p is not null) is { } path ? $" ({path})" : "";
        string keys = string.Join(", ", entry.Select(static m => $"\"{m.Key}\""));
        Fault(
            entry.ContainsKey(key) ? $"\"{key}\" of {where}{other} is {JsonShape.Short(entry[key])}, but must be the path of a file" : $"{where}{other} has no \"{key}\", only {(keys.Length == 0 ? "nothing" : keys)}",
            key == "label" ? "give the path of its segmentation, or take the case out until it has one" : TrainingForm);
    }

    /// <summary>Test images are paths, or objects with their paths as training cases are.</summary>
    private JsonArray? TestImages(JsonObject node)
    {
        if (node[Test] is null) return [];
        if (node[Test] is not JsonArray list)
        {
            Fault($"\"{Test}\" is {JsonShape.Short(node[Test])}, but must be a list of images", TestForm);
            return null;
        }

        JsonArray images = [];
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject entry) InSmallLetters(entry, "image");
            if ((PathOf(list[i]) ?? PathOf((list[i] as JsonObject)?["image"])) is { } path) images.Add(path);
            else Fault($"\"{Test}\"[{i}] is {JsonShape.Short(list[i])}, but must be the path of an image", TestForm);
        }

        return images;
    }

    private static JsonObject Object(SortedDictionary<int, string> named) =>
        new(named.Select(static n => KeyValuePair.Create(n.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)n.Value)));

    internal static int? Number(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>A whole number, in quotes or not.</summary>
    internal static int? Whole(JsonNode? node)
    {
        int whole = ProductJson.TryRead<int>(node, out IReadOnlyList<string> faults);
        return faults.Count == 0 ? whole : null;
    }

    /// <summary>A name, or a number that stands for one.</summary>
    private static string? Name(JsonNode? node) => node is JsonValue && node.GetValueKind() is JsonValueKind.String ? (string)node! : node is JsonValue && node.GetValueKind() is JsonValueKind.Number ? node.ToJsonString() : null;

    /// <summary>The path of a file; null where it is none.</summary>
    private static string? PathOf(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String && ((string)node!).Trim() is var path && !path.Contains('\0', StringComparison.Ordinal) && CaseName.Of(path).Length > 0 ? path : null;

    private void Fault(string what, string remedy) => _faults.Add(new DatasetFault(DatasetDescription.FileName, what, remedy));
}
