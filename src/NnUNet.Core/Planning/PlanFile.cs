using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Reads and writes plans, and tells all that is wrong with one that was edited by hand.</summary>
public static class PlanFile
{
    /// <summary>Keys that are read elsewhere, and those of the original's plans that nothing here needs.</summary>
    private static readonly string[] OtherKeys =
        ["segmentation_export_params", "list_of_npz_files", "preprocessed_data_folder", "keep_only_largest_region", "min_region_size_per_class", "min_size_per_class"];

    private const string Remedy = "correct the plan, or make it anew";

    /// <summary>Reads a plan and checks it.</summary>
    /// <param name="path">A plan's JSON file, or a plan of the original where the name ends with .pkl.</param>
    /// <exception cref="PlanningException">The plan has faults: keys that are missing or of the wrong kind, values that contradict each other. All are listed.</exception>
    /// <exception cref="DescribedException">The file cannot be read or is not JSON, or no such pickle.</exception>
    public static Plan Read(string path) => Parse(path, path.EndsWith(TaskPlan.PickleEnding, StringComparison.OrdinalIgnoreCase) ? PickledPlan.Read(path) : JsonTree.Read(path));

    /// <summary>Makes a plan of JSON that was read elsewhere, and checks it.</summary>
    /// <param name="path">Where it came from, for messages.</param>
    /// <param name="node">The keys of a plan's file.</param>
    /// <exception cref="PlanningException">The plan has faults; all are listed.</exception>
    public static Plan Parse(string path, JsonNode? node)
    {
        Plan? plan = ProductJson.TryRead<Plan>(node, out IReadOnlyList<string> faults);
        if (plan is not null && faults.Count == 0) return plan;

        // Where keys are missing, the stages that have all of theirs are looked at all the same.
        IEnumerable<string> further = plan is null ? SoundStages(node).SelectMany(static s => StageFaults.Of($"plans_per_stage.{s.Number}", s.Stage)) : [];
        throw PlanningException.Of(path, [.. faults, .. further], Remedy);
    }

    /// <summary>Checks a plan and writes it.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="PlanningException">The plan has faults; all are listed, and nothing is written.</exception>
    public static void Write(string path, Plan plan)
    {
        ThrowIfAny(path, plan);
        ProductJson.Write(path, plan);
    }

    /// <summary>Values of a plan that contradict each other or are impossible, one sentence each; empty when it can be followed.</summary>
    public static IReadOnlyList<string> Faults(Plan plan) => [.. PlanFaults.Of(plan)];

    /// <summary>Keys of a plan that are not known and so have no effect, which may be mistyped: one sentence each, with the nearest known key.</summary>
    public static IReadOnlyList<string> UnknownKeys(Plan plan) => [
        .. Told<Plan>("", plan.Unknown.Keys.Except(OtherKeys)),
        .. plan.PlansPerStage.SelectMany(static stage => Told<ConfigurationPlan>($"plans_per_stage.{stage.Key}.", stage.Value.Unknown.Keys)),
    ];

    /// <summary>What to do where a preprocessed task has no plan of a name: the names of those that it has.</summary>
    /// <param name="folder">The preprocessed task's folder.</param>
    /// <param name="configuration">For which configuration the plan is.</param>
    /// <param name="name">The plans' name that is missing.</param>
    public static string RemedyOfMissing(string folder, Configuration configuration, string name)
    {
        IReadOnlyList<string> names = TaskPlan.NamesIn(folder, configuration);
        return names.Count == 0 ? "run nnUNet_plan_and_preprocess first" : $"run nnUNet_plan_and_preprocess first, or choose other plans (-p): {Nearest.Remedy(name, [.. names])}";
    }

    private static void ThrowIfAny(string path, Plan plan)
    {
        IReadOnlyList<string> faults = Faults(plan);
        if (faults.Count > 0) throw PlanningException.Of(path, faults, Remedy);
    }

    private static IEnumerable<string> Told<T>(string where, IEnumerable<string> unknown) => unknown.Select(key =>
        $"the key {where}{key} is not known, so it has no effect{(Nearest.Question(key, JsonShape.KeysOf(typeof(T))) is { Length: > 0 } question ? "; " + question : "")}");

    private static IEnumerable<(string Number, ConfigurationPlan Stage)> SoundStages(JsonNode? node) =>
        from stage in (node as JsonObject)?["plans_per_stage"] as JsonObject ?? []
        let sound = ProductJson.TryRead<ConfigurationPlan>(stage.Value, out IReadOnlyList<string> _)
        where sound is not null
        select (stage.Key, sound);
}
