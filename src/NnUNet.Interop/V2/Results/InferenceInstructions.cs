using System.Text.Json.Nodes;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>The commands that predict with the best configuration: <c>inference_instructions.txt</c>.</summary>
/// <remarks>
/// Of a cascade the command of its first stage comes first, which v2 leaves out. Source: nnunetv2/evaluation/find_best_configuration.py,
/// print_inference_instructions.
/// </remarks>
internal static class InferenceInstructions
{
    private const string Input = "INPUT_FOLDER";
    private const string Output = "OUTPUT_FOLDER";
    private const string Final = "OUTPUT_FOLDER_PP";

    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Of(string dataset, Candidate best, IReadOnlyList<int> folds)
    {
        bool pair = best.Models.Count > 1;
        List<string> lines = [pair ? "# Predict with both models:" : "# Predict:"];
        string[] outputs = [.. best.Models.Select((_, i) => pair ? $"{Output}_MODEL_{i + 1}" : Output)];
        for (int i = 0; i < outputs.Length; i++)
        {
            string? previous = null;
            if (PreviousStage(best.Models[i]) is { } stage)
            {
                previous = $"{outputs[i]}_PREV_STAGE";
                lines.Add(Predict(dataset, best.Models[i] with { Configuration = stage }, folds, previous));
            }

            lines.Add(Predict(dataset, best.Models[i], folds, outputs[i]) + (previous is null ? "" : $" -prev_stage_predictions {previous}") + (pair ? " --save_probabilities" : ""));
        }

        if (pair) lines.AddRange(["", "# Merge:", $"nnUNetv2_ensemble -i {string.Join(' ', outputs)} -o {Output}"]);
        lines.AddRange(
        [
            "",
            "# Postprocess:",
            $"nnUNetv2_apply_postprocessing -i {Output} -o {Final} -pp_pkl_file {Path.Combine(best.Folder, ResultPostprocessing.PickleName)} -plans_json {Path.Combine(best.Folder, TrainedFolder.PlansName)}",
        ]);
        return lines;
    }

    private static string Predict(string dataset, TrainedFolder model, IReadOnlyList<int> folds, string output) =>
        $"nnUNetv2_predict -d {dataset} -i {Input} -o {output} -f {string.Join(' ', folds)} -tr {model.Trainer} -c {model.Configuration} -p {model.Plans}";

    /// <summary>The configuration of the cascade's first stage; null where the model has none. It may come from a configuration that is inherited from.</summary>
    private static string? PreviousStage(TrainedFolder model)
    {
        string path = Path.Combine(model.Path, TrainedFolder.PlansName);
        if (!File.Exists(path) || JsonTree.Read(path) is not JsonObject root || root["configurations"] is not JsonObject all) return null;

        HashSet<string> seen = new(StringComparer.Ordinal);
        for (string? name = model.Configuration; name is not null && seen.Add(name) && all[name] is JsonObject one; name = Text(one["inherits_from"]))
        {
            if (one.TryGetPropertyValue("previous_stage", out JsonNode? stage)) return Text(stage);
        }

        return null;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
