using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>Turns a plan into the values of the original's plans pickle: numbers as keys, numpy arrays and scalars where the original has them.</summary>
/// <remarks>Source: nnunet/experiment_planning/experiment_planner_baseline_3DUNet.py, plan_experiment; nnUNetTrainer.py, process_plans, which needs the keys of <see cref="Needed"/>.</remarks>
internal static class V1PlanWriter
{
    private static readonly HashSet<string> WholeArrays = ["patch_size", "median_patient_size_in_voxels"];

    private static readonly HashSet<string> FloatingArrays = ["current_spacing", "original_spacing"];

    private static readonly HashSet<string> ListsOfArrays = ["all_spacings", "original_spacings"];

    private static readonly HashSet<string> ListsOfTuples = ["all_sizes", "original_sizes"];

    private static readonly HashSet<string> Ordered = ["normalization_schemes", "use_mask_for_norm", "size_reductions", "intensityproperties"];

    private static readonly string[] Needed = ["keep_only_largest_region", "min_region_size_per_class", "min_size_per_class"];

    /// <summary>The plan as values for <see cref="PickleFile.Write(string, object?)"/>.</summary>
    public static PickleDictionary ToPickle(Plan plan)
    {
        JsonObject node = (JsonObject)ProductJson.ToNode(plan with { Network = null, LabelNames = null, Regions = [], RegionsClassOrder = [] })!;
        PickleDictionary pickle = Dictionary(node, ordered: false);
        foreach (string key in Needed)
        {
            if (!pickle.ContainsKey(key)) pickle[key] = null;
        }

        if (!pickle.ContainsKey("list_of_npz_files")) pickle["list_of_npz_files"] = new List<object?>();
        if (!pickle.ContainsKey("preprocessed_data_folder")) pickle["preprocessed_data_folder"] = "";
        pickle["conv_per_stage"] = (long)(plan.ConvPerStage ?? 2);
        return pickle;
    }

    private static PickleDictionary Dictionary(JsonObject node, bool ordered)
    {
        PickleDictionary dictionary = new() { IsOrdered = ordered };
        foreach ((string key, JsonNode? value) in node) dictionary[Key(key)] = Named(key, value);
        return dictionary;
    }

    /// <summary>JSON's keys are texts; the original's are numbers where they number stages, channels or classes.</summary>
    private static object Key(string key) => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : key;

    private static object? Named(string key, JsonNode? value) => value switch
    {
        JsonArray list when WholeArrays.Contains(key) => Whole(list),
        JsonArray list when FloatingArrays.Contains(key) => Floating(list),
        JsonArray list when ListsOfArrays.Contains(key) => list.Select(static item => item is JsonArray inner ? Floating(inner) : Value(item)).ToList(),
        JsonArray list when ListsOfTuples.Contains(key) => list.Select(static item => item is JsonArray inner ? PickleTuple.Create([.. inner.Select(Value)]) : Value(item)).ToList(),
        JsonObject inner => Dictionary(inner, Ordered.Contains(key)),
        _ => Value(value),
    };

    private static object? Value(JsonNode? node) => node switch
    {
        null => null,
        JsonArray list => list.Select(Value).ToList(),
        JsonObject inner => Dictionary(inner, ordered: false),
        JsonValue value when value.TryGetValue(out bool truth) => truth,
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonValue value when value.TryGetValue(out long whole) => whole,
        _ => NumpyScalar.From((double)node),
    };

    private static PickleArray Whole(JsonArray list) => PickleArray.From<long>([.. list.Select(static v => v is JsonValue n && n.TryGetValue(out long whole) ? whole : 0)], list.Count);

    private static PickleArray Floating(JsonArray list) => PickleArray.From<double>([.. list.Select(static v => v is JsonValue n && n.TryGetValue(out double number) ? number : double.NaN)], list.Count);
}
