using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Fingerprints;

/// <summary>What is measured of a data set, after cropping to nonzero: all that planning needs. Array order (z, y, x).</summary>
/// <remarks>
/// File: <c>dataset_fingerprint.json</c>, with the keys of the original's <c>dataset_properties.pkl</c>
/// (nnunet/experiment_planning/DatasetAnalyzer.py) and <c>num_cases</c>.
/// </remarks>
public sealed record DatasetFingerprint : ICheckedRecord
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "dataset_fingerprint.json";

    /// <summary>Number of training cases.</summary>
    [JsonPropertyName("num_cases")]
    public int NumCases { get; init; }

    /// <summary>Voxel counts (z, y, x) of each case after cropping, in the order of the cases.</summary>
    [JsonPropertyName("all_sizes")]
    public required ValueArray<ValueArray<int>> AllSizes { get; init; }

    /// <summary>Spacing (z, y, x) in millimetres of each case, in the order of the cases.</summary>
    [JsonPropertyName("all_spacings")]
    public required ValueArray<ValueArray<double>> AllSpacings { get; init; }

    /// <summary>The foreground labels in ascending order.</summary>
    [JsonPropertyName("all_classes")]
    public required ValueArray<int> AllClasses { get; init; }

    /// <summary>The channels' names by their number.</summary>
    [JsonPropertyName("modalities")]
    public required SortedDictionary<int, string> Modalities { get; init; }

    /// <summary>Statistics of the foreground voxels of each channel; null where no channel is CT.</summary>
    [JsonPropertyName("intensityproperties")]
    public SortedDictionary<int, ChannelIntensities>? IntensityProperties { get; init; }

    /// <summary>Share of its voxels that each case keeps when cropped to nonzero, by case name.</summary>
    [JsonPropertyName("size_reductions")]
    public required SortedDictionary<string, double> SizeReductions { get; init; }

    /// <summary>A hash of the files and the version that the fingerprint was made from; null where it was not recorded.</summary>
    [JsonPropertyName("made_from")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MadeFrom { get; init; }

    /// <summary>What was odd about the cases' files and was put right; null where nothing was.</summary>
    [JsonPropertyName("input_warnings")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueArray<DatasetFault>? InputWarnings { get; init; }

    /// <summary>The same; empty where nothing was odd.</summary>
    [JsonIgnore]
    public ValueArray<DatasetFault> Warnings => InputWarnings ?? [];

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What planning cannot go on from, each in one sentence; empty when nothing is wrong.</summary>
    public IEnumerable<string> Faults()
    {
        if (NumCases < 0) yield return $"num_cases is {NumCases}, but must not be negative";
        if (AllSizes.Count == 0) yield return "all_sizes is empty: there is no case";
        if (AllSizes.Count != AllSpacings.Count) yield return $"all_sizes has {AllSizes.Count} cases, but all_spacings has {AllSpacings.Count}";
        foreach ((int i, ValueArray<int> size) in AllSizes.Index())
        {
            if (size.Count != 3 || size.Any(static s => s < 1)) yield return $"all_sizes[{i}] is {size}, but must be three numbers of at least 1 (z, y, x)";
        }

        foreach ((int i, ValueArray<double> spacing) in AllSpacings.Index())
        {
            if (spacing.Count != 3 || spacing.Any(static s => !(double.IsFinite(s) && s > 0)))
                yield return $"all_spacings[{i}] is {spacing}, but must be three numbers greater than 0 (z, y, x in mm)";
        }

        if (AllClasses.Count == 0) yield return "all_classes is empty: there is nothing to segment";
        if (Modalities.Count == 0 || !Modalities.Keys.SequenceEqual(Enumerable.Range(0, Modalities.Count)))
            yield return $"modalities has the keys [{string.Join(", ", Modalities.Keys)}], but must number the channels 0, 1, …";
    }
}

/// <summary>Statistics of one channel over every tenth foreground voxel of all training cases, in the image's units.</summary>
public sealed record ChannelIntensities
{
    /// <summary>Median.</summary>
    [JsonPropertyName("median")]
    public double Median { get; init; }

    /// <summary>Mean.</summary>
    [JsonPropertyName("mean")]
    public double Mean { get; init; }

    /// <summary>Standard deviation (population).</summary>
    [JsonPropertyName("sd")]
    public double Sd { get; init; }

    /// <summary>Minimum.</summary>
    [JsonPropertyName("mn")]
    public double Mn { get; init; }

    /// <summary>Maximum.</summary>
    [JsonPropertyName("mx")]
    public double Mx { get; init; }

    /// <summary>99.5th percentile.</summary>
    [JsonPropertyName("percentile_99_5")]
    public double Percentile995 { get; init; }

    /// <summary>0.5th percentile.</summary>
    [JsonPropertyName("percentile_00_5")]
    public double Percentile005 { get; init; }

    /// <summary>The same statistics of each case by its name; null where cases are not measured apart.</summary>
    [JsonPropertyName("local_props")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, ChannelIntensities>? LocalProps { get; init; }

    /// <summary>Keys that this version does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();
}
