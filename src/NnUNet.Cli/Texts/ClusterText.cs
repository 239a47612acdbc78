using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Workflows.Cluster;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Texts;

/// <summary>The jobs of a cluster in words: how far they are, and what is submitted.</summary>
internal static class ClusterText
{
    private const int WordColumns = 5;

    /// <summary>Every part of every job with its state by the disk, and what Slurm says of it.</summary>
    public static string Table(ClusterOutlook outlook)
    {
        string[][] rows =
        [
            ["job", "part", "state", "Slurm's number", "Slurm's word"],
            .. outlook.Jobs.SelectMany(static job => job.Elements.Select((e, i) => (string[])[i == 0 ? job.Job.Name : "", e.Element.Part, State(e), e.JobId ?? "", e.Slurm])),
        ];
        return $"{outlook.Graph.Task}{Environment.NewLine}{TextTable.Format(rows, WordColumns)}{Environment.NewLine}{Sum(outlook)}";
    }

    /// <summary>One job that was submitted.</summary>
    public static string Submitted(SubmittedJob job)
    {
        string elements = job.Elements.Count == 0 ? "" : $", part{(job.Elements.Count == 1 ? "" : "s")} {string.Join(", ", job.Elements)}";
        return $"submitted {job.Job} as job {job.Id}{elements}{(job.After.Count == 0 ? "" : $", to begin after {string.Join(", ", job.After)}")}"
            + (job.Replaced.Count == 0 ? "" : $"; {string.Join(", ", job.Replaced)} {(job.Replaced.Count == 1 ? "was" : "were")} taken out of the queue for it");
    }

    private static string State(ElementOutlook element) => element.State switch
    {
        ElementState.Done => element.Element.Fold is null ? $"done: {element.Element.Found}" : Found(element),
        ElementState.Running => element.Element.Fold is { State: FoldState.Interrupted } fold ? string.Create(CultureInfo.InvariantCulture, $"running, {fold.Epoch} of {fold.Epochs} epochs done") : "running",
        ElementState.Queued => "in the queue",
        ElementState.Failed => $"failed; {Found(element)}",
        _ => Found(element),
    };

    private static string Found(ElementOutlook element) => element.Element.Fold is { } fold ? TrainAllTables.State(fold, probabilities: false) : element.Element.Found;

    private static string Sum(ClusterOutlook outlook)
    {
        string?[] counts =
        [
            Count(outlook, ElementState.Done, "done"),
            Count(outlook, ElementState.Running, "running"),
            Count(outlook, ElementState.Queued, "in the queue"),
            Count(outlook, ElementState.Failed, "failed"),
            Count(outlook, ElementState.Open, "to submit"),
        ];
        return string.Join(", ", counts.OfType<string>()) + ".";
    }

    private static string? Count(ClusterOutlook outlook, ElementState state, string word) =>
        outlook.Count(state) is > 0 and int count ? string.Create(CultureInfo.InvariantCulture, $"{count} {word}") : null;
}
