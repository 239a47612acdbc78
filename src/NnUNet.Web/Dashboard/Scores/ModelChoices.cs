using System.Globalization;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Selection;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;
using NnUNet.Workflows.Steps;

namespace NnUNet.Web.Dashboard.Scores;

/// <summary>What <c>nnUNet_find_best_configuration</c> and <c>nnunet run</c> compared and chose.</summary>
internal sealed class ModelChoices(WorkspaceFiles files)
{
    private const int FewestColumns = 2;

    private readonly FileCache<ModelChoice> _choices = WorkspaceFiles.Json<ModelChoice>();
    private readonly FileCache<PostprocessingDecision> _decisions = WorkspaceFiles.Json<PostprocessingDecision>();
    private readonly FileCache<IReadOnlyList<CandidateAnswer>> _tables = new(ReadTable);

    /// <summary>What was chosen for a task; null where nothing was compared.</summary>
    /// <param name="task">The task.</param>
    /// <param name="faults">Gets what is wrong with the files.</param>
    public ChoiceAnswer? Of(string task, List<string> faults)
    {
        string folder = files.Places.EnsemblesFolder(task);
        IReadOnlyList<CandidateAnswer> candidates = Get(_tables, folder, ConfigurationSelection.TableFileName, faults) ?? [];
        ModelChoice? choice = Get(_choices, folder, ModelChoice.FileName, faults);
        CandidateAnswer[] ranked = [.. candidates.OrderByDescending(static c => double.IsNaN(c.Mean) ? double.NegativeInfinity : c.Mean)];
        if (choice is null && ranked.Length == 0) return null;

        string chosen = choice?.ToString() ?? ranked[0].Name;
        double dice = choice?.Dice ?? ranked[0].Mean;
        PostprocessingDecision? decision = choice?.Postprocessing is { } file ? Decision(folder, file, faults) : null;
        string commands = Path.Combine(folder, ConfigurationSelection.CommandsFileName);
        return new ChoiceAnswer(
            chosen,
            dice,
            choice is null ? [] : [.. choice.Folds],
            Reason(chosen, dice, ranked),
            ranked,
            File.Exists(commands) ? [.. LiveFile.Tail(commands, 100).Where(static l => l.Length > 0)] : [],
            decision?.TextWith(files.LabelNames(task)));
    }

    private static string Reason(string chosen, double dice, CandidateAnswer[] ranked)
    {
        string score = string.Create(CultureInfo.InvariantCulture, $"{chosen} has the highest mean Dice of the foreground over all validation cases of the cross-validation before postprocessing: {dice:0.0000}");
        CandidateAnswer? next = ranked.FirstOrDefault(c => c.Name != chosen && !double.IsNaN(c.Mean));
        if (next is null) return score + "; nothing else was compared.";
        return next.Mean == dice
            ? $"{score}, as has {next.Name}; of equal ones the best after postprocessing is taken, then a single model rather than two."
            : string.Create(CultureInfo.InvariantCulture, $"{score}, {Math.Abs(dice - next.Mean):0.0000} more than {next.Name}, the next best of {ranked.Length}.");
    }

    /// <summary>The decision about merged segmentations, where the choice names one that lies beside it.</summary>
    private PostprocessingDecision? Decision(string folder, string file, List<string> faults)
    {
        string path = Path.GetFullPath(file, folder);
        string? name = files.Places.Relative(path);
        if (name is null || !path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            faults.Add($"{ModelChoice.FileName}: the postprocessing {file} does not lie beside it; it is not read.");
            return null;
        }

        FileContent<PostprocessingDecision> content = _decisions.Get(path, name);
        if (content.Fault is { } fault) faults.Add(fault);
        return content.Value;
    }

    private T? Get<T>(FileCache<T> cache, string folder, string file, List<string> faults)
        where T : class
    {
        string path = Path.Combine(folder, file);
        FileContent<T> content = cache.Get(path, files.Places.Relative(path) ?? file);
        if (content.Fault is { } fault) faults.Add(fault);
        return content.Value;
    }

    private static IReadOnlyList<CandidateAnswer> ReadTable(string path, string name)
    {
        string[] lines = [.. LiveFile.ReadText(path, name).ReplaceLineEndings("\n").Split('\n').Where(static l => l.Length > 0)];
        string[] head = lines.Length == 0 ? [] : Cells(lines[0]);
        if (head.Length < FewestColumns) throw new DescribedException(name, "it is no table of candidates", "run nnUNet_find_best_configuration again");
        return [.. lines.Skip(1).Select(Cells).Where(cells => cells.Length == head.Length).Select(cells => new CandidateAnswer(
            cells[0],
            Enumerable.Range(1, head.Length - FewestColumns).DistinctBy(i => head[i]).ToDictionary(i => Structure(head[i]), i => Number(cells[i]), StringComparer.Ordinal),
            Number(cells[^1])))];
    }

    private static string Structure(string head) => head.StartsWith("class", StringComparison.Ordinal) && int.TryParse(head.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _) ? head[5..] : head;

    private static double Number(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;

    /// <summary>The cells of a line: separated by commas, those with commas in quotes, quotes in them doubled.</summary>
    private static string[] Cells(string line)
    {
        List<string> cells = [];
        System.Text.StringBuilder cell = new();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }

        return [.. cells, cell.ToString()];
    }
}
