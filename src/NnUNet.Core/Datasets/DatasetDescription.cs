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

    /// <summary>The labels' names by their value: <c>{"0": "background", "1": "liver"}</c>.</summary>
    [JsonPropertyName("labels")]
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The training cases; each names the image without channel number, as the Decathlon does.</summary>
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

    /// <summary>Keys that this version does not use, such as description, licence and release.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Reads a <c>dataset.json</c> and checks that channels and labels have whole numbers.</summary>
    /// <exception cref="DatasetException">Channels are not numbered 0, 1, 2, … or a label is not a number.</exception>
    /// <exception cref="DescribedException">The file is missing, is not JSON or lacks a required key.</exception>
    public static DatasetDescription Read(string path)
    {
        if (!File.Exists(path)) throw Missing(path);

        DatasetDescription description = ProductJson.Read<DatasetDescription>(path);
        List<DatasetFault> faults = [];
        int[] channels = [.. description.Modality.Keys.Select(k => Number(k, "modality")).Order()];
        if (faults.Count == 0 && (channels.Length == 0 || !channels.SequenceEqual(Enumerable.Range(0, channels.Length))))
        {
            faults.Add(new DatasetFault(
                FileName, $"the channels in \"modality\" are numbered {string.Join(", ", channels)}", "number them 0, 1, 2, … without gaps"));
        }

        foreach (string label in description.Labels.Keys) Number(label, "labels");
        return faults.Count == 0 ? description : throw new DatasetException(path, faults);

        int Number(string key, string section)
        {
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return number;
            faults.Add(new DatasetFault(FileName, $"the key \"{key}\" in \"{section}\" is not a whole number", "use numbers as keys and names as values"));
            return -1;
        }
    }

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
    public static string? FileEndingIn(string folder) =>
        Path.Combine(folder, FileName) is var path && File.Exists(path) ? ProductJson.Read<DatasetDescription>(path).FileEnding : null;

    /// <summary>The channels' names in the order of their numbers.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> ChannelNames => [.. Modality.OrderBy(static m => int.Parse(m.Key, CultureInfo.InvariantCulture)).Select(static m => m.Value)];

    /// <summary>The foreground labels in ascending order (the original's all_classes): every declared value but 0.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> ForegroundLabels => [.. Labels.Keys.Select(static k => int.Parse(k, CultureInfo.InvariantCulture)).Where(static k => k > 0).Order()];
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
