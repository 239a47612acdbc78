using System.Globalization;
using System.Text;
using NnUNet.Core.Consolidation;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Postprocessing;
using NnUNet.Foundation;

namespace NnUNet.Core.Selection;

/// <summary>Compares all configurations of a task and all pairs of them by their cross-validation: <c>nnUNet_find_best_configuration</c>.</summary>
/// <remarks>
/// The mean foreground Dice of all cases before postprocessing decides. What was made from the same files before is not made
/// again. Source: nnunet/evaluation/model_selection/figure_out_what_to_submit.py.
/// </remarks>
public static class ConfigurationSelection
{
    /// <summary>The table of all candidates.</summary>
    public const string TableFileName = "summary.csv";

    /// <summary>The commands that predict with the best.</summary>
    public const string CommandsFileName = "prediction_commands.txt";

    /// <summary>
    /// Pools every configuration's folds, decides about its postprocessing, merges and scores every pair, and writes
    /// <c>summary.csv</c> and <c>prediction_commands.txt</c> beside the ensembles.
    /// </summary>
    /// <param name="workspace">The folders.</param>
    /// <param name="task">The task's full name.</param>
    /// <param name="options">What is compared; null for the defaults.</param>
    /// <param name="progress">Reports after each case of each step, and after each candidate.</param>
    /// <param name="cancel">Stops between cases; a repeated call goes on.</param>
    /// <exception cref="DescribedException">There is nothing to compare, something is missing and that is not allowed, or files are damaged.</exception>
    public static SelectionResult Run(
        Workspace workspace,
        string task,
        SelectionOptions? options = null,
        IProgress<SelectionProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new SelectionOptions();
        SelectionInventory inventory = SelectionInventory.Of(workspace, task, options);
        PairScoring pairs = new(workspace, task, options);
        List<SelectionCandidate> candidates = [];
        foreach (TrainedModel model in inventory.Models)
        {
            Add(model.Configuration.Name, work => Single(model, inventory.Folds, options, work, cancel));
        }

        foreach ((TrainedModel first, TrainedModel second) in inventory.Pairs)
        {
            Add($"{first.Configuration} + {second.Configuration}", work => pairs.Score(first, second, inventory.Folds, work, cancel));
        }

        SelectionCandidate[] defined = [.. candidates.Where(static c => !double.IsNaN(c.Score))];
        if (defined.Length == 0) throw new SelectionException(task, "no foreground class has a Dice in any configuration", "check the reference segmentations");
        double best = defined.Max(static c => c.Score);

        // Of exactly equal ones the first is the one to take: the best after postprocessing, then one model rather than two.
        SelectionCandidate[] winners =
        [
            .. defined.Where(c => c.Score == best)
                .OrderByDescending(static c => double.IsNaN(c.PostprocessedScore) ? c.Score : c.PostprocessedScore).ThenBy(static c => c.Configurations.Count),
        ];
        (string[] commands, string[] alternatives) = PredictionCommands.Of(winners, task, inventory.Folds, options);
        AtomicFile.WriteText(Path.Join(pairs.TaskFolder, TableFileName), Table(candidates));
        AtomicFile.WriteText(Path.Join(pairs.TaskFolder, CommandsFileName), string.Concat(commands.Concat(alternatives).Select(static c => c + "\n")));
        return new SelectionResult
        {
            Task = task,
            Candidates = candidates.ToValueArray(),
            Best = winners.ToValueArray(),
            Folds = inventory.Folds.ToValueArray(),
            Missing = inventory.Missing.ToValueArray(),
            Commands = commands.ToValueArray(),
            Alternatives = alternatives.ToValueArray(),
            LabelNames = LabelNames.Near(workspace.PreprocessedTask(task)) is { Count: > 0 } names ? names : LabelNames.Near(workspace.RawTask(task)),
            Folder = pairs.TaskFolder,
        };

        void Add(string title, Func<IProgress<PostprocessingProgress>?, SelectionCandidate> score)
        {
            int total = inventory.Models.Count + inventory.Pairs.Count;
            int before = candidates.Count;
            candidates.Add(score(Relay.Into<PostprocessingProgress, SelectionProgress>(progress, p => new SelectionProgress(title, p.Step, p.CaseId, before, total) { StepDone = p.Done, StepTotal = p.Total })));
            progress?.Report(new SelectionProgress(title, "", "", candidates.Count, total));
        }
    }

    private static SelectionCandidate Single(
        TrainedModel model, IReadOnlyList<int> folds, SelectionOptions options, IProgress<PostprocessingProgress>? progress, CancellationToken cancel)
    {
        FoldConsolidationOptions consolidation = new()
        {
            Folds = folds.ToValueArray(),
            ReferenceFolder = model.References,
            RequireAllCases = false,
            Postprocess = options.Postprocessing,
            ReuseCurrent = true,
            Recheck = options.Recheck,
            Threads = options.Threads,
            MaxRamBytes = options.MaxRamBytes,
        };
        FoldConsolidationResult pooled = FoldConsolidation.Run(model.Folder, consolidation, progress, cancel);
        SegmentationSummary scores = ForegroundMeans.AddTo(pooled.Raw);
        string summaryPath = Path.Join(model.Folder, FoldConsolidation.RawFolderName, SegmentationSummary.FileName);
        if (!pooled.Raw.Results.Mean.ContainsKey("mean")) scores.Write(summaryPath);
        return new SelectionCandidate
        {
            Name = model.Configuration.Name,
            Configurations = [model.Configuration.Name],
            Scores = scores,
            Postprocessing = pooled.Decision,
            PostprocessingFile = pooled.Decision is null ? null : Path.Join(model.Folder, PostprocessingDecision.FileName),
            PostprocessedScore = pooled.Decision is null
                ? double.NaN
                : SegmentationSummary.Read(Path.Join(model.Folder, FoldConsolidation.FinalFolderName, SegmentationSummary.FileName)).ForegroundMean(),
        };
    }

    /// <summary>One row per candidate with the Dice of each foreground class, or region, and their mean, as the original writes it, but with the last class.</summary>
    private static string Table(List<SelectionCandidate> candidates)
    {
        IReadOnlyList<EvaluationLabel> structures = SelectionCandidate.JudgedOf(candidates);
        StringBuilder text = new("model");
        foreach (EvaluationLabel structure in structures) text.Append(',').Append(structure.IsRegion ? ScoreSheet.Quoted(structure.Name) : $"class{structure.Name}");
        text.Append(",average\n");
        foreach (SelectionCandidate candidate in candidates)
        {
            text.Append(candidate.Name);
            foreach (double dice in structures.Select(s => candidate.Scores.Mean(s.Name)).Append(candidate.Score))
            {
                text.Append(',').Append(double.IsNaN(dice) ? "nan" : dice.ToString("F4", CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
