using System.Text.Json;
using System.Text.Json.Serialization;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>What a plan says in <c>segmentation_export_params</c> of how its networks' results are brought back to the image's grid.</summary>
/// <remarks>Source: nnunet/inference/predict.py, segmentation_export_params.</remarks>
internal sealed record OutputResampling
{
    private const string Key = "segmentation_export_params";

    /// <summary>Order of the interpolation.</summary>
    /// <value>1.</value>
    [JsonPropertyName("interpolation_order")]
    public int Order { get; init; } = 1;

    /// <summary>Order along the axis that is resampled by itself.</summary>
    /// <value>0.</value>
    [JsonPropertyName("interpolation_order_z")]
    public int OrderZ { get; init; }

    /// <summary>Whether the coarsest axis is resampled by itself; null decides by the spacings.</summary>
    /// <value>Null.</value>
    [JsonPropertyName("force_separate_z")]
    public bool? ForceSeparateZ { get; init; }

    /// <summary>What the plan asks for, else the defaults.</summary>
    /// <exception cref="DescribedException">The plan's values are not possible.</exception>
    public static ResamplingRule Of(Plan plan)
    {
        OutputResampling asked = plan.Unknown.TryGetValue(Key, out JsonElement text) && text.ValueKind != JsonValueKind.Null
            ? ProductJson.From<OutputResampling>($"plans.json: {Key}", text, "correct the plan")
            : new OutputResampling();
        string[] faults = [.. Fault("interpolation_order", asked.Order), .. Fault("interpolation_order_z", asked.OrderZ)];
        return faults.Length == 0
            ? new ResamplingRule { Order = asked.Order, OrderZ = asked.OrderZ, ForceSeparateZ = asked.ForceSeparateZ }
            : throw new DescribedException($"plans.json: {Key}", string.Join(", ", faults), "correct the plan");
    }

    /// <summary>A plan that asks for a resampling.</summary>
    /// <param name="plan">The plan; it is not changed.</param>
    /// <param name="rule">The resampling, by splines.</param>
    public static Plan Into(Plan plan, ResamplingRule rule)
    {
        OutputResampling asked = new() { Order = rule.Order, OrderZ = rule.OrderZ, ForceSeparateZ = rule.ForceSeparateZ };
        return plan with { Unknown = new Dictionary<string, JsonElement>(plan.Unknown) { [Key] = JsonSerializer.SerializeToElement(asked, ProductJson.Options) } };
    }

    private static IEnumerable<string> Fault(string key, int order) => order is 0 or 1 or 3 ? [] : [$"{key} is {order}, but must be 0, 1 or 3"];
}
