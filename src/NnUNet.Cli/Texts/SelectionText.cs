using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Selection;

namespace NnUNet.Cli.Texts;

/// <summary>The comparison of configurations in words.</summary>
internal static class SelectionText
{
    /// <summary>One state as a step of a progress line.</summary>
    public static Step Of(SelectionProgress progress) => new(progress.Candidate, progress.Done, progress.Total)
    {
        Detail = progress.StepTotal == 0 ? progress.Step : string.Create(CultureInfo.InvariantCulture, $"{progress.Step} {progress.StepDone}/{progress.StepTotal}"),
    };

    /// <summary>Prints the table, the best, and the commands that predict with it.</summary>
    public static void Print(Invocation call, SelectionResult result)
    {
        call.Warn(result.Missing);
        call.Print($"{result.Task}: mean Dice of {result.Best[0].Scores.Results.All.Count} cases, folds {string.Join(", ", result.Folds)}");
        call.Print(Table(result));
        call.Print($"Best: {Name(result.Best[0])}");
        if (result.Best.Count > 1) call.Print($"Exactly equal: {string.Join(", ", result.Best.Skip(1).Select(Name))}. Take {Name(result.Best[0])}: {Reason(result)}");
        foreach (SelectionCandidate best in result.Best)
        {
            if (best.Postprocessing is { } postprocessing) call.Print($"{Name(best)}: {PostprocessingText.Decision(postprocessing, result.LabelNames)}");
        }

        call.Print();
        call.Print("To segment new images, put your folders into these commands and run them in this order:");
        foreach (string command in result.Commands) call.Print("  " + command);
        foreach (string alternative in result.Alternatives) call.Print("  " + alternative);
        call.Print();
        call.Print($"Written: {Path.Combine(result.Folder, ConfigurationSelection.TableFileName)}, {ConfigurationSelection.CommandsFileName}");
    }

    /// <summary>Why the first of equal ones is the one to take.</summary>
    private static string Reason(SelectionResult result)
    {
        (SelectionCandidate first, SelectionCandidate second) = (result.Best[0], result.Best[1]);
        return first.PostprocessedScore > second.PostprocessedScore ? "it is better after postprocessing"
            : first.Configurations.Count < second.Configurations.Count ? "one model predicts in less time than two"
            : "it comes first in the table";
    }

    private static string Table(SelectionResult result)
    {
        IReadOnlyList<EvaluationLabel> structures = SelectionCandidate.JudgedOf(result.Candidates);
        bool postprocessed = result.Candidates.Any(static c => c.Postprocessing is not null);
        List<string[]> rows = [["  model", .. structures.Select(s => LabelNames.TextOf(s.Name, result.LabelNames, "class ")), "mean", .. postprocessed ? ["postprocessed"] : Array.Empty<string>()]];
        rows.AddRange(result.Candidates.Select(candidate => (string[])
        [
            (result.Best.Contains(candidate) ? "* " : "  ") + Name(candidate),
            .. structures.Select(s => ScoreTable.Number(candidate.Scores.Mean(s.Name))),
            ScoreTable.Number(candidate.Score),
            .. postprocessed ? [ScoreTable.Number(candidate.PostprocessedScore)] : Array.Empty<string>(),
        ]));
        return TextTable.Format(rows);
    }

    private static string Name(SelectionCandidate candidate) => string.Join(" + ", candidate.Configurations);

    /// <summary>A folder that an option names must be an option of the printed commands too; they find variables and the default themselves.</summary>
    public static string WhereModelsAre(Workspace workspace) =>
        workspace.Folders.Single(static f => f.Name == "results").Source.StartsWith("option", StringComparison.Ordinal)
            ? $"--results {(workspace.Results.Contains(' ', StringComparison.Ordinal) ? $"\"{workspace.Results}\"" : workspace.Results)}"
            : "";
}
