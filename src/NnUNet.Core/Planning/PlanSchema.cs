using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Checks that a plan's JSON has the keys it needs, each of the right kind, before it becomes a record.</summary>
internal static class PlanSchema
{
    private static readonly Kind Whole = new("a whole number", static n => n is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out int _));
    private static readonly Kind Number = new("a number", static n => n is JsonValue v && v.GetValueKind() == JsonValueKind.Number);
    private static readonly Kind Text = new("a text", static n => n is JsonValue v && v.GetValueKind() == JsonValueKind.String);
    private static readonly Kind Truth = new("true or false", static n => n is JsonValue v && v.GetValueKind() is JsonValueKind.True or JsonValueKind.False);
    private static readonly Kind Wholes = ListOf("whole numbers", Whole);
    private static readonly Kind WholeLists = ListOf("lists of whole numbers", Wholes);
    private static readonly Kind Numbers = ListOf("numbers", Number);
    private static readonly Kind NumberLists = ListOf("lists of numbers", Numbers);
    private static readonly Kind Object = new("an object", static n => n is JsonObject);

    private static readonly Key[] PlanKeys =
    [
        new("num_stages", Whole), new("num_modalities", Whole), new("modalities", ByNumber("texts", Text)),
        new("normalization_schemes", ByNumber("texts", Text)), new("dataset_properties", Object),
        new("original_spacings", NumberLists, Required: false), new("original_sizes", WholeLists, Required: false),
        new("num_classes", Whole), new("all_classes", Wholes), new("base_num_features", Whole),
        new("use_mask_for_norm", ByNumber("true or false", Truth)), new("transpose_forward", Wholes), new("transpose_backward", Wholes),
        new("data_identifier", Text), new("plans_per_stage", ByNumber("objects", Object)), new("preprocessor_name", Text),
        new("conv_per_stage", Whole, Required: false), new("network", Object, Required: false),
    ];

    private static readonly Key[] StageKeys =
    [
        new("batch_size", Whole), new("num_pool_per_axis", Wholes), new("patch_size", Wholes), new("median_patient_size_in_voxels", Wholes),
        new("current_spacing", Numbers), new("original_spacing", Numbers), new("do_dummy_2D_data_aug", Truth),
        new("pool_op_kernel_sizes", WholeLists), new("conv_kernel_sizes", WholeLists), new("num_blocks_encoder", Wholes, Required: false),
        new("num_blocks_decoder", Wholes, Required: false), new("approx_vram_consumption", Number, Required: false),
    ];

    /// <summary>Keys of the original's plans that nothing here needs.</summary>
    private static readonly string[] UnusedKeys = ["list_of_npz_files", "preprocessed_data_folder", "keep_only_largest_region", "min_region_size_per_class", "min_size_per_class"];

    /// <summary>Keys that neither this program nor the original knows, each in one sentence with the nearest known one.</summary>
    public static IEnumerable<string> UnknownKeys(Plan plan)
    {
        return Told("", plan.Unknown.Keys.Except(UnusedKeys), PlanKeys)
            .Concat(plan.PlansPerStage.SelectMany(static stage => Told($"plans_per_stage.{stage.Key}.", stage.Value.Unknown.Keys, StageKeys)));

        static IEnumerable<string> Told(string where, IEnumerable<string> unknown, Key[] known) =>
            unknown.Select(key => $"the key {where}{key} is not known, so it has no effect{(Nearest.Question(key, known.Select(static k => k.Name)) is { Length: > 0 } question ? "; " + question : "")}");
    }

    /// <summary>Missing keys and values of a wrong kind, in the plan, its stages and its fingerprint.</summary>
    public static IEnumerable<string> Faults(JsonObject plan)
    {
        List<string> faults = [.. Faults("", plan, PlanKeys)];
        foreach ((string number, JsonObject stage) in Stages(plan)) faults.AddRange(Faults($"plans_per_stage.{number}.", stage, StageKeys));
        if (faults.Count == 0 && Refusal(plan) is { } refusal) faults.Add(refusal);
        return faults;
    }

    /// <summary>The stages whose keys are all there and of the right kind.</summary>
    public static IEnumerable<(string Number, ConfigurationPlan Stage)> SoundStages(JsonObject plan) =>
        from stage in Stages(plan)
        where !Faults("", stage.Stage, StageKeys).Any()
        select (stage.Number, stage.Stage.Deserialize<ConfigurationPlan>(ProductJson.Options)!);

    private static IEnumerable<(string Number, JsonObject Stage)> Stages(JsonObject plan) =>
        from stage in plan["plans_per_stage"] as JsonObject ?? []
        where stage.Value is JsonObject
        select (stage.Key, stage.Value.AsObject());

    private static IEnumerable<string> Faults(string where, JsonObject node, Key[] keys)
    {
        foreach (Key key in keys)
        {
            if (!node.TryGetPropertyValue(key.Name, out JsonNode? value))
            {
                if (key.Required) yield return $"{where}{key.Name} is missing{(Nearest.Find(key.Name, node.Select(static n => n.Key).Except(keys.Select(static k => k.Name))) is { } mistyped ? $" (there is {mistyped}, which is not known)" : "")}";
            }
            else if (!key.Kind.Fits(value) && (key.Required || value is not null))
            {
                yield return $"{where}{key.Name} is {Short(value)}, but must be {key.Kind.Name}";
            }
        }
    }

    /// <summary>The reader's message about keys that are not checked one by one, such as the fingerprint; null when it reads them.</summary>
    private static string? Refusal(JsonObject plan)
    {
        try
        {
            plan.Deserialize<Plan>(ProductJson.Options);
            return null;
        }
        catch (JsonException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private static Kind ListOf(string items, Kind item) =>
        new($"a list of {items}", n => n is JsonArray list && list.All(item.Fits));

    private static Kind ByNumber(string values, Kind value) =>
        new($"an object with the keys \"0\", \"1\", … and {values}", n => n is JsonObject members && members.All(m => int.TryParse(m.Key, out _) && value.Fits(m.Value)));

    private static string Short(JsonNode? value)
    {
        const int Most = 60;
        string text = value?.ToJsonString() ?? "null";
        return text.Length <= Most ? text : text[..Most] + "…";
    }

    private sealed record Kind(string Name, Func<JsonNode?, bool> Fits);

    private sealed record Key(string Name, Kind Kind, bool Required = true);
}
