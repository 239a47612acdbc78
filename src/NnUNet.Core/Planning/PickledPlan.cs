using System.Text.Json.Nodes;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Turns the content of the original's plans pickle into the JSON of our plans: same keys, plain numbers, and what old plans lack.</summary>
/// <remarks>Source: nnunet/training/network_training/nnUNetTrainer.py, process_plans and preprocess_patient.</remarks>
internal static class PickledPlan
{
    private static readonly string[] WholeKeys = ["num_stages", "num_modalities", "num_classes", "base_num_features", "conv_per_stage", "all_classes", "transpose_forward", "transpose_backward", "original_sizes"];

    private static readonly string[] WholeStageKeys =
    [
        "batch_size", "num_pool_per_axis", "patch_size", "median_patient_size_in_voxels", "pool_op_kernel_sizes", "conv_kernel_sizes",
        "num_blocks_encoder", "num_blocks_decoder",
    ];

    /// <summary>Reads a plan's pickle as the JSON of our plans.</summary>
    /// <param name="path">The original's <c>.pkl</c> file.</param>
    /// <exception cref="DescribedException">The file cannot be read, is damaged, or holds no plan.</exception>
    public static JsonObject Read(string path) => ToNode(path, PickleFile.Read(path));

    /// <summary>The plan as JSON.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <param name="pickled">What the pickle holds.</param>
    /// <exception cref="DescribedException">It holds no plan.</exception>
    public static JsonObject ToNode(string where, object? pickled) =>
        (JsonObject)JsonNode.Parse(Completed(where, pickled).ToJsonString())!; // numbers as the JSON reader has them: of no fixed type

    private static JsonObject Completed(string where, object? pickled)
    {
        JsonObject plan = Object(where, pickled);
        foreach (string key in WholeKeys) Round(plan, key);
        Default(plan, "transpose_forward", static () => Axes());
        Default(plan, "transpose_backward", static () => Axes());
        if (plan["conv_per_stage"] is null) plan.Remove("conv_per_stage");
        if (plan["plans_per_stage"] is not JsonObject stages) return plan;

        plan["num_stages"] = stages.Count;
        foreach (JsonObject stage in stages.Select(static s => s.Value).OfType<JsonObject>()) Complete(stage);
        bool flat = stages.Select(static s => s.Value?["patch_size"]).OfType<JsonArray>().FirstOrDefault() is { Count: 2 };
        Default(plan, "preprocessor_name", () => flat ? "PreprocessorFor2D" : "GenericPreprocessor");
        CompleteFingerprint(plan);
        return plan;
    }

    private static JsonObject Object(string where, object? pickled)
    {
        const string Remedy = "check that it is the plan of a model of nnU-Net v1";
        try
        {
            return PickleJson.ToNode(pickled) as JsonObject ?? throw new InvalidDataException("it holds no dictionary");
        }
        catch (InvalidDataException e)
        {
            throw new DescribedException(where, $"this is no plan ({e.Message.TrimEnd('.')})", Remedy, e);
        }
    }

    /// <summary>Plans of nnU-Net's first releases have no strides and kernels: every axis is halved as often as num_pool_per_axis says, the others last.</summary>
    private static void Complete(JsonObject stage)
    {
        foreach (string key in WholeStageKeys) Round(stage, key);
        if (stage["do_dummy_2D_data_aug"] is JsonValue dummy && dummy.TryGetValue(out long number)) stage["do_dummy_2D_data_aug"] = number != 0;
        if (stage["num_pool_per_axis"] is JsonArray counts && counts.All(static c => c is JsonValue v && v.TryGetValue(out long n) && n is >= 0 and < 16))
        {
            long[] pools = [.. counts.Select(static c => (long)c!)];
            long most = pools.Length == 0 ? 0 : pools.Max();
            Default(stage, "pool_op_kernel_sizes", () => List(most, level => new JsonArray([.. pools.Select(p => (JsonNode)(most - p <= level ? 2 : 1))])));
            Default(stage, "conv_kernel_sizes", () => List(most + 1, _ => new JsonArray([.. pools.Select(static _ => (JsonNode)3)])));
        }

        // The strides are what the network is built from; the counts are told once more for information.
        if (stage["pool_op_kernel_sizes"] is JsonArray { Count: > 0 } strides && strides.All(s => s is JsonArray a && a.Count == ((JsonArray)strides[0]!).Count && a.All(static v => v is JsonValue n && n.TryGetValue(out long _))))
        {
            int axes = ((JsonArray)strides[0]!).Count;
            stage["num_pool_per_axis"] = new JsonArray([.. Enumerable.Range(0, axes).Select(axis => (JsonNode)strides.Count(s => (long)s![axis]! > 1))]);
        }
    }

    /// <summary>Models are shared with the list of their training cases taken out.</summary>
    private static void CompleteFingerprint(JsonObject plan)
    {
        Default(plan, "dataset_properties", static () => new JsonObject());
        if (plan["dataset_properties"] is not JsonObject properties) return;
        Default(properties, "all_sizes", static () => new JsonArray());
        Default(properties, "all_spacings", static () => new JsonArray());
        Default(properties, "size_reductions", static () => new JsonObject());
        Default(properties, "all_classes", () => plan["all_classes"]?.DeepClone() ?? new JsonArray());
        Default(properties, "modalities", () => plan["modalities"]?.DeepClone() ?? new JsonObject());
        Round(properties, "all_sizes");
        Round(properties, "all_classes");
        if (!properties.ContainsKey("num_cases") && properties["all_sizes"] is JsonArray sizes) properties["num_cases"] = sizes.Count;
    }

    private static void Default(JsonObject node, string key, Func<JsonNode> value)
    {
        if (node[key] is null) node[key] = value();
    }

    private static JsonArray Axes() => [0, 1, 2];

    private static JsonArray List(long count, Func<long, JsonNode> item)
    {
        JsonArray list = [];
        for (long i = 0; i < count; i++) list.Add(item(i));
        return list;
    }

    /// <summary>numpy's floats where whole numbers are meant.</summary>
    private static void Round(JsonObject node, string key)
    {
        if (node[key] is { } value) node[key] = Rounded(value);
    }

    private static JsonNode Rounded(JsonNode node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(static item => item is null ? null : Rounded(item))]),
        JsonValue value when !value.TryGetValue(out long _) && value.TryGetValue(out double number) && Math.Abs(number) < int.MaxValue => JsonValue.Create((long)Math.Round(number)),
        _ => node.DeepClone(),
    };
}
