using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>In what two plans differ that decides about preprocessing, network or training; what is only told in them does not count.</summary>
internal static class PlanDifferences
{
    /// <summary>Share by which measured numbers may differ: programs that measure the same images round otherwise.</summary>
    private const double Measured = 1e-3;

    private const double Rounding = 1e-6;

    private static readonly string[] PlanKeys =
    [
        "num_modalities", "normalization_schemes", "use_mask_for_norm", "all_classes", "base_num_features", "conv_per_stage",
        "transpose_forward", "transpose_backward", "data_identifier", "preprocessor_name",
    ];

    private static readonly string[] StageKeys =
    [
        "batch_size", "patch_size", "current_spacing", "do_dummy_2D_data_aug", "pool_op_kernel_sizes", "conv_kernel_sizes", "num_blocks_encoder", "num_blocks_decoder",
    ];

    private static readonly string[] ChannelKeys = ["mean", "sd", "percentile_00_5", "percentile_99_5"];

    /// <summary>The differences.</summary>
    /// <param name="first">A plan.</param>
    /// <param name="second">The plan that it is compared with.</param>
    /// <param name="stage">The stage that matters; null for all of them.</param>
    /// <returns>Each as "KEY value of the first, not value of the second".</returns>
    public static IEnumerable<string> Between(Plan first, Plan second, int? stage = null)
    {
        JsonObject one = Node(first), other = Node(second);
        foreach (string key in PlanKeys)
        {
            if (Difference(key, one[key], other[key], Rounding) is { } difference) yield return difference;
        }

        foreach (int number in first.PlansPerStage.Keys.Union(second.PlansPerStage.Keys).Where(n => stage is null || n == stage).Order())
        {
            string name = number.ToString(CultureInfo.InvariantCulture);
            foreach (string key in StageKeys)
            {
                if (Difference($"plans_per_stage.{name}.{key}", one["plans_per_stage"]![name]?[key], other["plans_per_stage"]![name]?[key], Rounding) is { } difference) yield return difference;
            }
        }

        if (one["dataset_properties"]?["intensityproperties"] is not JsonObject channels || other["dataset_properties"]?["intensityproperties"] is not JsonObject others) yield break;
        foreach (string channel in channels.Select(static c => c.Key).Intersect(others.Select(static c => c.Key)))
        {
            foreach (string key in ChannelKeys)
            {
                if (Difference($"dataset_properties.intensityproperties.{channel}.{key}", channels[channel]?[key], others[channel]?[key], Measured) is { } difference) yield return difference;
            }
        }
    }

    /// <summary>Two convolutions a resolution are what a plan means that does not say it.</summary>
    private static JsonObject Node(Plan plan) => (JsonObject)ProductJson.ToNode(plan with { ConvPerStage = plan.ConvPerStage ?? 2 })!;

    private static string? Difference(string key, JsonNode? one, JsonNode? other, double tolerance) =>
        Same(one, other, tolerance) ? null : $"{key} {Text(one)}, not {Text(other)}";

    private static bool Same(JsonNode? one, JsonNode? other, double tolerance) => (one, other) switch
    {
        (null, null) => true,
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second, tolerance)),
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(entry => b.ContainsKey(entry.Key) && Same(entry.Value, b[entry.Key], tolerance)),
        (JsonValue a, JsonValue b) when a.GetValueKind() == System.Text.Json.JsonValueKind.Number && b.GetValueKind() == System.Text.Json.JsonValueKind.Number =>
            Math.Abs((double)a - (double)b) <= tolerance * Math.Max(1, Math.Max(Math.Abs((double)a), Math.Abs((double)b))),
        _ => JsonNode.DeepEquals(one, other),
    };

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "absent";
}
