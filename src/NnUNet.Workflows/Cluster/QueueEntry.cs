using System.Globalization;
using System.Text.RegularExpressions;

namespace NnUNet.Workflows.Cluster;

/// <summary>What Slurm says of a job or of an element of an array.</summary>
/// <param name="JobId">The number that <c>sbatch</c> gave.</param>
/// <param name="Index">The element's number; null where the job is no array.</param>
/// <param name="State">Slurm's word, such as PENDING.</param>
/// <param name="Reason">Why it waits, such as Dependency; empty where nothing is said.</param>
internal sealed partial record QueueEntry(string JobId, int? Index, string State, string Reason)
{
    private static readonly string[] Waiting = ["PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD"];
    private static readonly string[] Working = ["RUNNING", "COMPLETING", "CONFIGURING", "STAGE_OUT", "STOPPED", "SUSPENDED", "SIGNALING", "RESIZING"];

    /// <summary>How far it is, without a look at the disk.</summary>
    public ElementState Standing =>
        Waiting.Contains(State) ? (NeverBegins ? ElementState.Failed : ElementState.Queued)
        : Working.Contains(State) ? ElementState.Running
        : State == "COMPLETED" ? ElementState.Open
        : ElementState.Failed;

    /// <summary>Whether it is in the queue, but will never begin since what it waits for has failed.</summary>
    public bool NeverBegins => Reason == "DependencyNeverSatisfied";

    /// <summary>For people: Slurm's words.</summary>
    public string Text => Reason.Length == 0 || Reason is "None" ? State : $"{State} ({Reason})";

    /// <summary>Reads a line of <c>squeue --format=%F|%K|%T|%r</c>; null where it is none.</summary>
    public static QueueEntry? OfQueue(string line) =>
        line.Trim().Split('|') is [{ Length: > 0 } job, var index, { Length: > 0 } state, var reason] ? new QueueEntry(job, IndexOf(index), state, reason) : null;

    /// <summary>Reads a line of <c>sacct --format=JobID,State</c> for one job or element; null where it is none, or stands for several that wait.</summary>
    public static QueueEntry? OfAccounting(string line) => AccountingPattern().Match(line.Trim()) is { Success: true } match
        ? new QueueEntry(match.Groups["job"].Value, match.Groups["index"].Success ? IndexOf(match.Groups["index"].Value) : null, match.Groups["state"].Value, "")
        : null;

    private static int? IndexOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    // "CANCELLED by 1000" names the user.
    [GeneratedRegex(@"^(?<job>[0-9]+)(_(?<index>[0-9]+))?\|(?<state>[A-Z_]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AccountingPattern();
}
