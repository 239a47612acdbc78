using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Postprocessing;

/// <summary>Which classes keep only their largest connected component, and why: <c>postprocessing.json</c> with the original's keys.</summary>
/// <remarks>Files of the original are read too. Source: nnunet/postprocessing/connected_components.py.</remarks>
public sealed record PostprocessingDecision : ICheckedRecord
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "postprocessing.json";

    /// <summary>Mean Dice of each class after the removal for all classes together.</summary>
    [JsonPropertyName("dc_per_class_pp_all")]
    public SortedDictionary<string, double> DicePerClassAll { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Mean Dice of each class after the removal for each class by itself; empty where there is one class only.</summary>
    [JsonPropertyName("dc_per_class_pp_per_class")]
    public SortedDictionary<string, double> DicePerClassEach { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Mean Dice of each class as it was predicted.</summary>
    [JsonPropertyName("dc_per_class_raw")]
    public SortedDictionary<string, double> DicePerClassRaw { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The regions that keep only their largest component, in the order in which they are treated; none where nothing is removed.</summary>
    [JsonPropertyName("for_which_classes")]
    public required ValueArray<ComponentRegion> ForWhichClasses { get; init; }

    /// <summary>A Python dictionary from regions to cubic millimetres from which on components stay as well; None for no such sizes.</summary>
    /// <value>None.</value>
    [JsonPropertyName("min_valid_object_sizes")]
    public string? MinValidObjectSizes { get; init; } = "None";

    /// <summary>Number of cases that decided.</summary>
    [JsonPropertyName("num_samples")]
    public int NumSamples { get; init; }

    /// <summary>The folder of the segmentations after postprocessing, beside this file.</summary>
    [JsonPropertyName("validation_final")]
    public string ValidationFinal { get; init; } = "";

    /// <summary>The folder of the segmentations as they were predicted, beside this file.</summary>
    [JsonPropertyName("validation_raw")]
    public string ValidationRaw { get; init; } = "";

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What is removed, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<ComponentRule> Rules
    {
        get
        {
            IReadOnlyDictionary<string, double>? sizes = SizeLimits.Parse(MinValidObjectSizes);
            return [.. ForWhichClasses.Select(region => new ComponentRule(region, sizes is null ? null : sizes[region.ToString()]))];
        }
    }

    /// <summary>What is removed, for people: the end of a sentence without its full stop.</summary>
    [JsonIgnore]
    public string Text => TextWith(new Dictionary<string, string>());

    /// <summary>What is removed, for people, with the labels' names.</summary>
    /// <param name="names">The names by label; none for numbers only.</param>
    public string TextWith(IReadOnlyDictionary<string, string> names)
    {
        string[] steps = [.. ForWhichClasses.Select(region => (region.Classes.Count, region.IsJoint) switch
        {
            (1, _) => $"of class {Name(region.Classes[0])}",
            (_, true) => $"of classes {string.Join(", ", region.Classes.Select(Name))} together",
            _ => $"of {region}",
        })];
        return steps.Length == 0 ? "every part stays" : $"only the largest part stays {string.Join(", then ", steps)}";

        string Name(int label) => LabelNames.TextOf(label, names, bare: "");
    }

    /// <summary>Reads a file of this product or of the original.</summary>
    /// <exception cref="DescribedException">The file is missing or is no such decision.</exception>
    public static PostprocessingDecision Read(string path) => ProductJson.Read<PostprocessingDecision>(path);

    /// <inheritdoc/>
    IEnumerable<string> ICheckedRecord.Faults()
    {
        if (NumSamples < 0) yield return $"num_samples is {NumSamples}, but must be 0 or more";
        IReadOnlyDictionary<string, double>? sizes = null;
        string? fault = null;
        try
        {
            sizes = SizeLimits.Parse(MinValidObjectSizes);
        }
        catch (FormatException e)
        {
            fault = $"min_valid_object_sizes: {e.Message}";
        }

        if (fault is not null) yield return fault;
        if (sizes is not null && ForWhichClasses.FirstOrDefault(region => !sizes.ContainsKey(region.ToString())) is { } without)
        {
            yield return $"min_valid_object_sizes ({MinValidObjectSizes}) lacks a size for {without} of for_which_classes";
        }
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path) => ProductJson.Write(path, this);

    /// <summary>Removes from a segmentation (z, y, x) what the decision says, in place; its spacing counts where there are sizes.</summary>
    public void Apply(Volume<short> labels) => Apply(Rules, labels);

    /// <summary>Removes in place what the rules say.</summary>
    /// <returns>What each rule found.</returns>
    internal static ComponentRemoval[] Apply(IReadOnlyList<ComponentRule> rules, Volume<short> labels)
    {
        double voxelVolume = labels.Geometry.ItkSpacing.Aggregate(1.0, static (product, millimetres) => product * millimetres);
        return [.. rules.Select(rule => ConnectedComponents.KeepLargest(
            labels.Voxels, labels.Extent, [.. rule.Region.Classes.Select(static c => (short)c)], voxelVolume, rule.MinimumSize))];
    }
}
