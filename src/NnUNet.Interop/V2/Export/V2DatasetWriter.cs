using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Export;

/// <summary>Writes what version 2's <c>dataset.json</c> says of channels and labels.</summary>
/// <remarks>Source: nnunetv2/utilities/label_handling/label_handling.py; documentation/dataset_format.md and region_based_training.md.</remarks>
internal static class V2DatasetWriter
{
    private const string Background = "background";

    /// <summary>The data set as version 2 has it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="name">The data set's name.</param>
    /// <param name="ending">The ending of its files.</param>
    /// <exception cref="DescribedException">Labels or regions are such that version 2 would take them for others.</exception>
    public static JsonObject ToJson(ModelFolder model, Plan plan, string name, string ending)
    {
        LabelContract labels = model.Contract.Labels;
        JsonObject json = new()
        {
            ["name"] = name,
            ["channel_names"] = new JsonObject([.. plan.Modalities.Select(static m => KeyValuePair.Create(m.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)m.Value))]),
            ["labels"] = labels.HasRegions ? Regions(model.Path, labels) : Labels(model.Path, labels),
        };
        if (labels.HasRegions) json["regions_class_order"] = ProductJson.ToNode(labels.RegionsClassOrder);
        json["numTraining"] = plan.DatasetProperties.AllSizes.Count;
        json["file_ending"] = ending;
        return json;
    }

    /// <summary>The ending of a model's images, as its data set's file says it; .nii.gz where that says nothing.</summary>
    public static string EndingOf(ModelFolder model) => DatasetDescription.FileEndingIn(model.Path) ?? ".nii.gz";

    private static JsonObject Labels(string where, LabelContract labels)
    {
        if (!labels.Foreground.SequenceEqual(Enumerable.Range(1, labels.Foreground.Count))) throw new DescribedException(where, $"the labels are {labels.Foreground}, but version 2 has 1, 2, 3, … without gaps", "train with labels without gaps");
        JsonObject json = new() { [Background] = 0 };
        foreach (int label in labels.Foreground) json[Free(json, labels.NameOf(label), label)] = label;
        return json;
    }

    private static JsonObject Regions(string where, LabelContract labels)
    {
        if (labels.Regions.Count != labels.RegionsClassOrder.Count) throw new DescribedException(where, "it is not known which labels belong to its regions", "name them in the model's dataset.json");
        if (labels.Regions.All(static r => r.Labels.Count < 2)) throw new DescribedException(where, "each of its regions is a single label, which version 2 takes for classes", "train with classes");
        JsonObject json = new() { [Background] = 0 };
        foreach (LabelRegion region in labels.Regions) json[Free(json, region.Name, region.Labels[0])] = ProductJson.ToNode(region.Labels);
        return json;
    }

    /// <summary>A name that is not taken; version 2 has none for ignoring here.</summary>
    private static string Free(JsonObject taken, string? name, int label) =>
        string.IsNullOrEmpty(name) || name == "ignore" || taken.ContainsKey(name) ? string.Create(CultureInfo.InvariantCulture, $"label_{label}{(string.IsNullOrEmpty(name) ? "" : "_" + name)}") : name;
}
