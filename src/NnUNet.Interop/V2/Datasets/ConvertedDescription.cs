using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Interop.V2.Results;

namespace NnUNet.Interop.V2.Datasets;

/// <summary>A <c>dataset.json</c> of v1 or of the Decathlon in the form of v2.</summary>
/// <remarks>
/// <c>modality</c> becomes <c>channel_names</c>, labels lead from names to numbers, the lists of cases go, <c>file_ending</c> comes; all
/// other keys stay. Label 0 is called background, as v2 demands, whatever it was called. Source:
/// nnunetv2/dataset_conversion/convert_raw_dataset_from_old_nnunet_format.py and convert_MSD_dataset.py.
/// </remarks>
internal static class ConvertedDescription
{
    private const string Remedy = "give a data set with a dataset.json of nnU-Net v1 or of the Medical Segmentation Decathlon";
    private const string Background = "background";

    /// <summary>Writes the description of a converted data set.</summary>
    /// <param name="from">The old <c>dataset.json</c>.</param>
    /// <param name="folder">The new data set's folder; its images say the ending.</param>
    /// <param name="without">Further keys that go.</param>
    /// <exception cref="DescribedException">The file is damaged, or its labels or channels cannot be.</exception>
    public static void Write(string from, string folder, params string[] without)
    {
        string[] endings = [.. ImageFolder.Of(Path.Combine(folder, DatasetFolder.TrainingImages)).Images.Select(static i => i.Ending).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (endings.Length != 1)
        {
            throw new DescribedException(folder, endings.Length == 0 ? "there are no training images" : $"the images have the endings {string.Join(" and ", endings)}", "nnU-Net v2 takes data sets of images of one ending; convert them first");
        }

        PythonJsonText.Write(Path.Combine(folder, ResultLabels.FileName), Of(from, JsonTree.Read(from), endings[0], without), sortKeys: false);
    }

    /// <summary>The converted content.</summary>
    internal static JsonObject Of(string from, JsonNode? content, string ending, params string[] without)
    {
        if (content is not JsonObject old || old["labels"] is not JsonObject labels) throw new DescribedException(from, "it has no \"labels\"", Remedy);
        if ((old["modality"] ?? old["channel_names"]) is not JsonObject channels) throw new DescribedException(from, "it has no \"modality\"", Remedy);

        JsonObject named = [];
        foreach ((string key, JsonNode? value) in labels)
        {
            (string name, int? number) = int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int first) && value?.GetValueKind() == JsonValueKind.String
                ? ((string)value!, (int?)first)
                : (key, value is JsonValue v && v.TryGetValue(out int second) ? second : (int?)null);
            if (number == 0) name = Background;
            if (number is null || !named.TryAdd(name, number))
            {
                throw new DescribedException(from, number is null ? $"the label \"{key}\" is {JsonShape.Short(value)}" : $"two labels are called \"{name}\"", "name every label once: \"labels\": {\"0\": \"background\", \"1\": \"liver\"}");
            }
        }

        JsonObject converted = [];
        foreach ((string key, JsonNode? value) in old.Where(m => m.Key is not ("modality" or "channel_names" or "file_ending") && !without.Contains(m.Key, StringComparer.Ordinal)))
        {
            converted[key] = key == "labels" ? named : value?.DeepClone();
        }

        converted["channel_names"] = channels.DeepClone();
        converted["file_ending"] = ending;
        return converted;
    }
}
