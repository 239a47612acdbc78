using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Reads and writes plans, and tells all that is wrong with one that was edited by hand.</summary>
public static class PlanFile
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads a plan and checks it.</summary>
    /// <param name="path">A plan's JSON file.</param>
    /// <exception cref="PlanningException">The plan has faults: keys that are missing or of the wrong kind, values that contradict each other. All are listed.</exception>
    /// <exception cref="DescribedException">The file cannot be read or is not JSON.</exception>
    public static Plan Read(string path) => Parse(path, ReadNode(path));

    /// <summary>Makes a plan of JSON that was read elsewhere, and checks it.</summary>
    /// <param name="path">Where it came from, for messages.</param>
    /// <param name="node">The keys of a plan's file.</param>
    /// <exception cref="PlanningException">The plan has faults; all are listed.</exception>
    public static Plan Parse(string path, JsonObject node)
    {
        List<string> faults = [.. PlanSchema.Faults(node)];
        if (faults.Count > 0)
        {
            faults.AddRange(PlanSchema.SoundStages(node).SelectMany(static s => StageFaults.Of($"plans_per_stage.{s.Number}", s.Stage)));
            throw PlanningException.Of(path, faults, "correct the plan, or make it anew");
        }

        Plan plan = node.Deserialize<Plan>(ProductJson.Options)!;
        ThrowIfAny(path, plan);
        return plan;
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
    public static IReadOnlyList<string> UnknownKeys(Plan plan) => [.. PlanSchema.UnknownKeys(plan)];

    /// <summary>What to do where a preprocessed task has no plan of a name: the names of those that it has.</summary>
    /// <param name="folder">The preprocessed task's folder.</param>
    /// <param name="configuration">For which configuration the plan is.</param>
    /// <param name="name">The plans' name that is missing.</param>
    public static string RemedyOfMissing(string folder, Configuration configuration, string name)
    {
        string ending = configuration.PlanFileName("");
        string[] names = [.. VisibleFiles.In(folder, "*" + ending).Select(file => Path.GetFileName(file)[..^ending.Length])];
        return names.Length == 0 ? "run nnUNet_plan_and_preprocess first" : $"run nnUNet_plan_and_preprocess first, or choose other plans (-p): {Nearest.Remedy(name, names)}";
    }

    private static void ThrowIfAny(string path, Plan plan)
    {
        IReadOnlyList<string> faults = Faults(plan);
        if (faults.Count > 0) throw PlanningException.Of(path, faults, "correct the plan, or make it anew");
    }

    private static JsonObject ReadNode(string path)
    {
        try
        {
            return JsonNode.Parse(PythonJson.Clean(InputFile.ReadText(path)), documentOptions: Lenient) as JsonObject
                ?? throw new PlanningException(path, "the file holds no JSON object", "make the plan anew");
        }
        catch (JsonException e)
        {
            throw new DescribedException(path, $"not JSON ({e.Message.TrimEnd('.')})", "correct the plan, or make it anew", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DescribedException(path, "cannot be read (" + e.Message.TrimEnd('.') + ")", "check that the file exists and may be read", e);
        }
    }
}
