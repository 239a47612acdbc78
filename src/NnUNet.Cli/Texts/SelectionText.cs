using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core;
using NnUNet.Core.Selection;

namespace NnUNet.Cli.Texts;

/// <summary>The comparison of configurations in words.</summary>
internal static class SelectionText
{
    /// <summary>One state as a step of a progress line.</summary>
    public static Step Of(SelectionProgress progress) => new($"{progress.Candidate}, {progress.Step} {progress.CaseId}", progress.Done, progress.Total);

    /// <summary>Prints the table, the best, and the commands that predict with it.</summary>
    public static void Print(Invocation call, SelectionResult result)
    {
        call.Warn(result.Missing);
        call.Print($"{result.Task}: mean Dice of {result.Best[0].Scores.Results.All.Count} cases, folds {string.Join(", ", result.Folds)}");
        call.Print(Table(result));
        call.Print($"Best: {string.Join(", and exactly equal ", result.Best.Select(Name))}");
        foreach (SelectionCandidate best in result.Best)
        {
            if (best.Postprocessing is { } postprocessing) call.Print($"{Name(best)}: {PostprocessingText.Decision(postprocessing)}");
        }

        call.Print();
        call.Print("To segment new images, put your folders into these commands and run them in this order:");
        foreach (string command in result.Commands) call.Print("  " + command);
        call.Print();
        call.Print($"Written: {Path.Combine(result.Folder, ConfigurationSelection.TableFileName)}, {ConfigurationSelection.CommandsFileName}");
    }

    private static string Table(SelectionResult result)
    {
        int[] labels = [.. result.Candidates.SelectMany(static c => c.Labels).Distinct().Order()];
        bool postprocessed = result.Candidates.Any(static c => c.Postprocessing is not null);
        List<string[]> rows = [["  model", .. labels.Select(static l => $"class {l}"), "mean", .. postprocessed ? ["postprocessed"] : Array.Empty<string>()]];
        rows.AddRange(result.Candidates.Select(candidate => (string[])
        [
            (result.Best.Contains(candidate) ? "* " : "  ") + Name(candidate),
            .. labels.Select(l => ScoreTable.Number(candidate.Scores.Mean(l.ToString(CultureInfo.InvariantCulture)))),
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
