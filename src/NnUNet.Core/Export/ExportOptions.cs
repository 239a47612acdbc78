using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Export;

/// <summary>How probabilities are brought back onto the image's grid.</summary>
/// <remarks>Source: nnunet/inference/predict.py, segmentation_export_params.</remarks>
public sealed record ExportOptions
{
    /// <summary>Interpolation order: 0 nearest, 1 linear, 3 cubic.</summary>
    /// <value>1.</value>
    [JsonPropertyName("interpolation_order")]
    public int Order { get; init; } = 1;

    /// <summary>Interpolation order along the axis that is resampled separately.</summary>
    /// <value>0.</value>
    [JsonPropertyName("interpolation_order_z")]
    public int OrderZ { get; init; }

    /// <summary>Whether the coarsest axis is resampled separately; null decides by the spacings.</summary>
    /// <value>null.</value>
    [JsonPropertyName("force_separate_z")]
    public bool? ForceSeparateZ { get; init; }

    /// <summary>
    /// Labels of regions in the order in which they are painted over each other, where the network's outputs are regions of
    /// their own (each above one half) instead of classes; empty for classes.
    /// </summary>
    /// <value>Empty.</value>
    [JsonIgnore]
    public ValueArray<int> RegionClassOrder { get; init; }

    /// <summary>Threads.</summary>
    /// <value>0: as many as <see cref="ParallelLoop.DefaultDegree"/>.</value>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>What the plan asks for in <c>segmentation_export_params</c>, else the defaults.</summary>
    /// <exception cref="DescribedException">The plan's values are not possible.</exception>
    public static ExportOptions From(Plan plan)
    {
        ExportOptions options;
        try
        {
            options = plan.Unknown.TryGetValue("segmentation_export_params", out JsonElement asked) && asked.ValueKind == JsonValueKind.Object
                ? asked.Deserialize<ExportOptions>(ProductJson.Options)!
                : new ExportOptions();
        }
        catch (JsonException e)
        {
            throw new DescribedException("plans.json: segmentation_export_params", e.Message.TrimEnd('.'), "correct the plan", e);
        }

        string[] faults = [.. options.Faults()];
        return faults.Length == 0
            ? options
            : throw new DescribedException("plans.json: segmentation_export_params", string.Join(", ", faults), "correct the plan");
    }

    /// <summary>What is not possible about these options.</summary>
    public IEnumerable<string> Faults()
    {
        if (Order is not (0 or 1 or 3)) yield return $"interpolation_order is {Order}, but must be 0, 1 or 3";
        if (OrderZ is not (0 or 1 or 3)) yield return $"interpolation_order_z is {OrderZ}, but must be 0, 1 or 3";
    }
}
