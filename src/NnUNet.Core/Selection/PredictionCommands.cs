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

    /// <summary>The commands of all candidates, one after the other.</summary>
    /// <param name="candidates">The models or pairs.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="compared">The folds that were compared; they are named where the options ask for some folds only.</param>
    /// <param name="options">The options of the comparison.</param>
    public static IEnumerable<string> Of(IEnumerable<SelectionCandidate> candidates, string task, IReadOnlyList<int> compared, SelectionOptions options) =>
        candidates.SelectMany(candidate => Of(candidate, task, compared, options));

    private static IEnumerable<string> Of(SelectionCandidate candidate, string task, IReadOnlyList<int> compared, SelectionOptions options)
    {
        bool merges = candidate.Configurations.Count > 1;
        string folds = options.Folds == SelectionOptions.DefaultFolds ? "" : $" -f {string.Join(' ', compared)}";
        string common = options.CommandOptions.Length == 0 ? "" : " " + options.CommandOptions;
        for (int i = 0; i < candidate.Configurations.Count; i++)
        {
            yield return $"nnUNet_predict -i {Images} -o {Output}_MODEL{i + 1} -tr {options.Trainer} -ctr {options.CascadeTrainer} -m {candidate.Configurations[i]}"
                + $" -p {options.Plans} -t {task}{folds}{(merges ? " -z" : "")}{common}";
        }

        if (!merges) yield break;
        string postprocessing = candidate.PostprocessingFile is { } file ? $" -pp {Quoted(Path.GetFullPath(file))}" : "";
        yield return $"nnUNet_ensemble -f {Output}_MODEL1 {Output}_MODEL2 -o {Output}{postprocessing}";
    }

    /// <summary>A path as one word of a command line.</summary>
    public static string Quoted(string path) => path.Any(char.IsWhiteSpace) ? $"\"{path}\"" : path;
}
