namespace NnUNet.Core.Selection;

/// <summary>The commands that predict new images with what was chosen.</summary>
/// <remarks>
/// Source: nnunet/evaluation/model_selection/figure_out_what_to_submit.py, which omits <c>-z</c>: without the
/// probabilities nothing can be merged; and the folds, without which all that are trained predict.
/// </remarks>
internal static class PredictionCommands
{
    private const string Images = "FOLDER_WITH_TEST_CASES";
    private const string Output = "OUTPUT_FOLDER";

    /// <summary>The commands of the first candidate, and those of others that are as good, each group below a comment. No two write to one folder.</summary>
    /// <param name="candidates">The models or pairs, the one to take first.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="compared">The folds that were compared; they are named where the options ask for some folds only.</param>
    /// <param name="options">The options of the comparison.</param>
    public static (string[] Commands, string[] Alternatives) Of(IReadOnlyList<SelectionCandidate> candidates, string task, IReadOnlyList<int> compared, SelectionOptions options)
    {
        int models = candidates[0].Configurations.Count;
        List<string> alternatives = [];
        foreach (SelectionCandidate other in candidates.Skip(1))
        {
            alternatives.Add($"# exactly equal to {string.Join(" + ", candidates[0].Configurations)}, instead of it: {string.Join(" + ", other.Configurations)}");
            alternatives.AddRange(Of(other, task, compared, options, models));
            models += other.Configurations.Count;
        }

        return ([.. Of(candidates[0], task, compared, options, 0)], [.. alternatives]);
    }

    private static IEnumerable<string> Of(SelectionCandidate candidate, string task, IReadOnlyList<int> compared, SelectionOptions options, int before)
    {
        bool merges = candidate.Configurations.Count > 1;
        string folds = options.Folds == SelectionOptions.DefaultFolds ? "" : $" -f {string.Join(' ', compared)}";
        string common = options.CommandOptions.Length == 0 ? "" : " " + options.CommandOptions;
        for (int i = 0; i < candidate.Configurations.Count; i++)
        {
            yield return $"nnUNet_predict -i {Images} -o {Output}_MODEL{before + i + 1} -tr {options.Trainer} -ctr {options.CascadeTrainer} -m {candidate.Configurations[i]}"
                + $" -p {options.Plans} -t {task}{folds}{(merges ? " -z" : "")}{common}";
        }

        if (!merges) yield break;
        string postprocessing = candidate.PostprocessingFile is { } file ? $" -pp {Quoted(Path.GetFullPath(file))}" : "";
        string merged = before == 0 ? Output : $"{Output}_OF_{before + 1}_AND_{before + 2}";
        yield return $"nnUNet_ensemble -f {Output}_MODEL{before + 1} {Output}_MODEL{before + 2} -o {merged}{postprocessing}";
    }

    /// <summary>A path as one word of a command line.</summary>
    public static string Quoted(string path) => path.Any(char.IsWhiteSpace) ? $"\"{path}\"" : path;
}
