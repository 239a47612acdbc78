using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>A <c>plans.json</c> of version 2, in any of its three spellings.</summary>
/// <remarks>Axes are transposed, array order. Source: nnunetv2/utilities/plans_handling/plans_handler.py, PlansManager.</remarks>
internal sealed record V2Plans : ICheckedRecord
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "plans.json";

    /// <summary>The key of the configurations, which plans of version 1 do not have.</summary>
    public const string ConfigurationsKey = "configurations";

    private const string InheritsKey = "inherits_from";

    /// <summary>The plans' name.</summary>
    [JsonPropertyName("plans_name")]
    public string? PlansName { get; init; }

    /// <summary>Axis i of the network's arrays is axis <c>[i]</c> of the image.</summary>
    [JsonPropertyName("transpose_forward")]
    public required ValueArray<int> TransposeForward { get; init; }

    /// <summary>Median size of the training cases at their own spacing.</summary>
    [JsonPropertyName("original_median_shape_after_transp")]
    public ValueArray<double> OriginalMedianShape { get; init; }

    /// <summary>The class that read the images.</summary>
    [JsonPropertyName("image_reader_writer")]
    public string? Reader { get; init; }

    /// <summary>The class that says what labels mean; plans of before 2.0.1 do not name it.</summary>
    [JsonPropertyName("label_manager")]
    public string? LabelManager { get; init; }

    /// <summary>The configurations by their names, as they stand there.</summary>
    [JsonPropertyName(ConfigurationsKey)]
    public required JsonElement Configurations { get; init; }

    /// <summary>The intensities of each channel by its number.</summary>
    [JsonPropertyName("foreground_intensity_properties_per_channel")]
    public IReadOnlyDictionary<string, V2Intensities>? Intensities { get; init; }

    /// <summary>The same as the first plans call it.</summary>
    [JsonPropertyName("foreground_intensity_properties_by_modality")]
    public IReadOnlyDictionary<string, V2Intensities>? IntensitiesByModality { get; init; }

    /// <summary>Keys that inference does not use.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The names of the configurations.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Names => [.. Configurations.EnumerateObject().Select(static c => c.Name)];

    /// <summary>The intensities of a channel; null where they were not measured.</summary>
    public ChannelIntensities? IntensitiesOf(int channel) =>
        (Intensities ?? IntensitiesByModality)?.GetValueOrDefault(channel.ToString(System.Globalization.CultureInfo.InvariantCulture))?.ToChannel();

    /// <summary>A configuration with all that it inherits.</summary>
    /// <param name="where">The plans' file, for messages.</param>
    /// <param name="name">The configuration's name.</param>
    /// <exception cref="DescribedException">There is no such configuration, it inherits in a circle, or it says what cannot be.</exception>
    public V2Configuration Configuration(string where, string name)
    {
        JsonObject merged = Merged(where, name);
        string place = $"{where}: {ConfigurationsKey}.{name}";
        return ProductJson.From<V2Configuration>(place, JsonSerializer.SerializeToElement(merged, ProductJson.Options), "correct the plans, or get the model again from where it came from") with { Where = place, Name = name, Json = merged };
    }

    /// <inheritdoc/>
    IEnumerable<string> ICheckedRecord.Faults()
    {
        if (!TransposeForward.Order().SequenceEqual([0, 1, 2])) yield return $"transpose_forward is {TransposeForward}, but must be 0, 1, 2 in some order";
        if (Configurations.ValueKind != JsonValueKind.Object || !Configurations.EnumerateObject().Any()) yield return $"{ConfigurationsKey} must be an object with a configuration by each name";
        else if (Configurations.EnumerateObject().FirstOrDefault(static c => c.Value.ValueKind != JsonValueKind.Object) is { Value.ValueKind: not JsonValueKind.Undefined } odd) yield return $"{ConfigurationsKey}.{odd.Name} must be an object";
    }

    /// <summary>Keys of the configuration replace those that it inherits, whole.</summary>
    private JsonObject Merged(string where, string name)
    {
        List<string> chain = [];
        JsonObject merged = [];
        for (string? next = name; next is not null;)
        {
            if (chain.Contains(next)) throw new DescribedException(where, $"the configurations inherit in a circle: {string.Join(" from ", [.. chain, next])}", "correct inherits_from");
            if (!Configurations.TryGetProperty(next, out JsonElement found))
            {
                string who = chain.Count == 0 ? $"there is no configuration {next}" : $"{chain[^1]} inherits from {next}, which is not there";
                throw new DescribedException(where, who, Nearest.Remedy(next, Names));
            }

            chain.Add(next);
            string? parent = null;
            foreach (JsonProperty key in found.EnumerateObject())
            {
                if (key.Name == InheritsKey) parent = key.Value.ValueKind == JsonValueKind.String ? key.Value.GetString() : throw new DescribedException(where, $"{next}.{InheritsKey} is no name", "correct it");
                else if (!merged.ContainsKey(key.Name)) merged[key.Name] = JsonSerializer.SerializeToNode(key.Value);
            }

            next = parent;
        }

        return merged;
    }
}

/// <summary>The intensities of a channel as version 2 writes them.</summary>
internal sealed record V2Intensities
{
    /// <summary>Mean.</summary>
    [JsonPropertyName("mean")]
    public double Mean { get; init; }

    /// <summary>Standard deviation.</summary>
    [JsonPropertyName("std")]
    public double Std { get; init; }

    /// <summary>Median.</summary>
    [JsonPropertyName("median")]
    public double Median { get; init; }

    /// <summary>Minimum.</summary>
    [JsonPropertyName("min")]
    public double Min { get; init; }

    /// <summary>Maximum.</summary>
    [JsonPropertyName("max")]
    public double Max { get; init; }

    /// <summary>0.5th percentile.</summary>
    [JsonPropertyName("percentile_00_5")]
    public double Percentile005 { get; init; }

    /// <summary>99.5th percentile.</summary>
    [JsonPropertyName("percentile_99_5")]
    public double Percentile995 { get; init; }

    /// <summary>Keys that are not used.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Unknown { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The same as version 1 calls it.</summary>
    public ChannelIntensities ToChannel() => new() { Mean = Mean, Sd = Std, Median = Median, Mn = Min, Mx = Max, Percentile005 = Percentile005, Percentile995 = Percentile995 };
}
