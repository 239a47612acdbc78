using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Cases;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>A data set's <c>dataset.json</c>: channels, labels and cases.</summary>
/// <remarks>Keys as in the Medical Segmentation Decathlon; unknown keys are kept.</remarks>
public sealed record DatasetDescription
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "dataset.json";

    /// <summary>What the data set is called.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>The channels' names by their number: <c>{"0": "MRI"}</c>. A name with CT in it decides the normalisation.</summary>
    [JsonPropertyName("modality")]
    public required IReadOnlyDictionary<string, string> Modality { get; init; }

    /// <summary>The labels' names by their value: <c>{"0": "background", "1": "liver"}</c>; a name is empty where only regions have names.</summary>
    [JsonPropertyName("labels")]
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Regions of several labels that a network finds each by itself, in the order of its outputs: <c>{"whole tumour": [1, 2, 3], "tumour core": [2, 3]}</c>.</summary>
    /// <value>None: every label is a class of its own.</value>
    [JsonPropertyName("regions")]
    [JsonConverter(typeof(RegionsByName))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueArray<LabelRegion> Regions { get; init; }

    /// <summary>With regions: the label with which each is painted, in their order; later ones lie on top of earlier ones.</summary>
    /// <value>None.</value>
    [JsonPropertyName("regions_class_order")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ValueArray<int> RegionsClassOrder { get; init; }

    /// <summary>The training cases; each names the image without channel number, as the Decathlon does. None where <see cref="ListsCases"/> is false.</summary>
    [JsonPropertyName("training")]
    public required ValueArray<TrainingEntry> Training { get; init; }

    /// <summary>The test images; each names the image without channel number.</summary>
    [JsonPropertyName("test")]
    public ValueArray<string> Test { get; init; }

    /// <summary>The ending of the data set's files, by which results are written too (a key of nnU-Net v2).</summary>
    /// <value>Null: that of its images.</value>
    [JsonPropertyName("file_ending")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FileEnding { get; init; }

    /// <summary>Whether the file lists the cases. That of nnU-Net v2 does not: the folders' files are the cases.</summary>
    /// <value>True.</value>
    [JsonIgnore]
    public bool ListsCases { get; init; } = true;

    /// <summary>How many training cases the file says there are, where it does not list them; null where it does not say.</summary>
    [JsonIgnore]
    public int? CountedCases { get; init; }

    /// <summary>Keys that this version does not use, such as description, licence and release.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Reads a <c>dataset.json</c>, that of nnU-Net v2 too, and checks that channels and labels have whole numbers.</summary>
    /// <exception cref="DatasetException">Keys are missing or of the wrong kind, channels are not numbered 0, 1, 2, … or a label is not a number; all in one report.</exception>
    /// <exception cref="DescribedException">The file is missing or is not JSON.</exception>
    public static DatasetDescription Read(string path) =>
        File.Exists(path) ? new DatasetDescriptionReader().Read(path) : throw Missing(path);

    /// <summary>The error for a file that is not there, with the command that writes it.</summary>
    private static DescribedException Missing(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Directory.Exists(Path.Combine(folder, "imagesTr"))
            ? new DescribedException(path, $"there is no {FileName}", $"nnunet generate_dataset_json {folder} --channels … --labels background … writes it from the files in imagesTr and labelsTr")
            : new DescribedException(
                path,
                $"there is no {FileName}, nor a folder imagesTr beside it",
                $"put the training images into {Path.Combine(folder, "imagesTr")} (CASE_0000.nii.gz, one file a channel) and the segmentations into labelsTr (CASE.nii.gz), then nnunet generate_dataset_json {folder} --channels … --labels background …");
    }

    /// <summary>What the <c>dataset.json</c> of a folder says about the ending of its files; null where it says nothing or there is none.</summary>
    /// <exception cref="DescribedException">The file is damaged.</exception>
    public static string? FileEndingIn(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? ProductJson.Read<Ending>(path).FileEnding : null;
    }

    /// <summary>The regions that the <c>dataset.json</c> of a folder declares; null where it declares none or there is no such file.</summary>
    /// <exception cref="DescribedException">The file is damaged.</exception>
    public static LabelRegions? RegionsIn(string folder)
    {
        string path = Path.Combine(folder, FileName);

        // Nothing else of the file matters here, so that one without regions may have any faults.
        return File.Exists(path) && InputFile.ReadText(path).Contains(RegionShapes.Key, StringComparison.OrdinalIgnoreCase) ? Read(path).LabelRegions : null;
    }

    /// <summary>The one key that results depend on, whatever else stands in the file.</summary>
    private sealed record Ending
    {
        [JsonPropertyName("file_ending")]
        public string? FileEnding { get; init; }
    }

    /// <summary>The channels' names in the order of their numbers.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> ChannelNames => [.. Modality.OrderBy(static m => int.Parse(m.Key, CultureInfo.InvariantCulture)).Select(static m => m.Value)];

    /// <summary>Those of <see cref="Labels"/> that have a name.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> NamedLabels => Labels.Where(static l => l.Value.Length > 0).ToDictionary(static l => l.Key, static l => l.Value);

    /// <summary>The declared labels in ascending order, the background included.</summary>
    [JsonIgnore]
    internal IReadOnlyList<int> LabelValues => [.. Labels.Keys.Select(static k => int.Parse(k, CultureInfo.InvariantCulture)).Order()];

    /// <summary>The foreground labels in ascending order (the original's all_classes): every declared value but 0.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> ForegroundLabels => [.. LabelValues.Where(static l => l > 0)];

    /// <summary>The regions with the labels with which they are painted; null where there are none.</summary>
    [JsonIgnore]
    public LabelRegions? LabelRegions => Regions.Count == 0 ? null : new LabelRegions(Regions, RegionsClassOrder);

    /// <summary>What is wrong with the labels' numbers, for training.</summary>
    internal IEnumerable<DatasetFault> LabelFaults()
    {
        IReadOnlyList<int> labels = LabelValues;
        if (!labels.SequenceEqual(Enumerable.Range(0, labels.Count)))
        {
            yield return new DatasetFault(FileName, $"the labels are {string.Join(", ", labels)}", "number them 0 (background), 1, 2, … without gaps, in the files too");
        }

        if (ForegroundLabels.Count == 0) yield return new DatasetFault(FileName, "no foreground label is declared", "declare 1, 2, … under \"labels\"");
    }
}

/// <summary>One training case of <c>dataset.json</c>.</summary>
/// <param name="Image">Path of the image relative to the data set, without channel number: <c>./imagesTr/case.nii.gz</c>.</param>
/// <param name="Label">Path of the segmentation relative to the data set.</param>
public sealed record TrainingEntry(
    [property: JsonPropertyName("image")] string Image,
    [property: JsonPropertyName("label")] string Label)
{
    /// <summary>The case's name: the image's file name without folder and ending.</summary>
    [JsonIgnore]
    public string CaseId => CaseName.Of(Image);
}
