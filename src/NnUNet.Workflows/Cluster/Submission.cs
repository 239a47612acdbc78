using System.Globalization;
using NnUNet.Foundation;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Cluster;

/// <summary>Submits what of a graph is neither done nor in the queue, and tells how far each part is.</summary>
/// <param name="graph">The jobs.</param>
/// <param name="slurm">Slurm.</param>
/// <param name="again">Makes the graph anew, with what lies on the disk then; null where it does not change.</param>
internal sealed class Submission(ClusterGraph graph, SlurmPrograms slurm, Func<ClusterGraph>? again = null)
{
    private const string LockName = "submit.lock";

    /// <summary>The name of the logs' folder beside the scripts.</summary>
    internal const string LogFolderName = "logs";

    /// <summary>Looks at the record of what was submitted, and asks Slurm for it. Changes nothing.</summary>
    /// <exception cref="DescribedException">The record cannot be read.</exception>
    public ClusterOutlook Look()
    {
        ClusterOutlook outlook = Look(graph);

        // A job that ended after its fold was looked at and before the queue was asked seems to be in neither: both are looked at once more.
        return again is not null && graph.Obstacle is null && Obstacle(outlook) is not null ? Look(again()) : outlook;
    }

    private ClusterOutlook Look(ClusterGraph graph)
    {
        SubmittedJobs submitted = SubmittedJobs.In(graph.Folder);
        (IReadOnlyList<QueueEntry> queue, string? unknown) = Ask(graph, submitted);
        return new ClusterOutlook(graph, [.. graph.Jobs.Select(job => new JobOutlook(job, [.. job.Elements.Select(e => Look(job, e, submitted, queue))]))]) { QueueUnknown = unknown };
    }

    /// <summary>What a submission would submit now: each job with the numbers of its elements that are not done, and not in the queue.</summary>
    public static IReadOnlyList<(ClusterJob Job, IReadOnlyList<int> Elements)> Open(ClusterOutlook outlook)
    {
        List<(ClusterJob, IReadOnlyList<int>)> open = [];
        HashSet<string> again = [];
        foreach (JobOutlook job in outlook.Jobs)
        {
            // What waits for a job that is submitted anew must wait for the new one.
            bool waitsAnew = job.Job.After.Any(again.Contains);
            ElementOutlook[] elements = [.. job.Elements.Where(e => e.State is ElementState.Open or ElementState.Failed || (waitsAnew && e.State == ElementState.Queued))];
            if (elements.Length == 0) continue;
            again.Add(job.Job.Name);
            open.Add((job.Job, [.. elements.Select(static e => e.Element.Index).OfType<int>()]));
        }

        return open;
    }

    /// <summary>Why nothing is submitted: the graph's own reason, or folds that are in training, but not by a job of it; null where nothing keeps it from being submitted.</summary>
    public static DescribedException? Obstacle(ClusterOutlook outlook)
    {
        if (outlook.Graph.Obstacle is { } obstacle) return obstacle;

        FoldWork[] elsewhere = [.. outlook.Jobs.SelectMany(static j => j.Elements).Where(static e => !e.IsActive && e.Element.Fold?.State == FoldState.Running).Select(static e => e.Element.Fold!)];
        return elsewhere.Length == 0 ? null : new DescribedException(
            outlook.Graph.Task,
            $"{(elsewhere.Length == 1 ? "a fold is" : $"{elsewhere.Length} folds are")} in training by something that is no job of this graph ({string.Join("; ", elsewhere.Select(static w => $"{w.Key}: {w.Remark}"))})",
            "submit again when that has ended, or choose other folds with -f");
    }

    /// <summary>Writes the scripts of what is open, and submits them in the order of the graph. Each is recorded at once.</summary>
    /// <param name="progress">Told of each job as it is submitted.</param>
    /// <returns>What was submitted.</returns>
    /// <exception cref="DescribedException">There is no Slurm, it refuses a job, or somebody submits this graph at this moment.</exception>
    public IReadOnlyList<SubmittedJob> Submit(IProgress<SubmittedJob>? progress = null)
    {
        if (!FileLock.TryTake(Path.Combine(graph.Folder, LockName), out FileLock? held))
        {
            throw new DescribedException(graph.Folder, $"{FileLock.OwnerOf(Path.Combine(graph.Folder, LockName)) ?? "another process"} submits this at the moment", "repeat the command when that has ended");
        }

        using FileLock mine = held;
        ClusterOutlook outlook = Look();
        if (outlook.QueueUnknown is { } unknown) throw new DescribedException(graph.Folder, $"jobs were submitted before, and what has become of them is not known ({unknown.TrimEnd('.')})", $"try again where Slurm answers, or remove {SubmittedJobs.FileName} to submit everything anew");

        if (Obstacle(outlook) is { } obstacle) throw obstacle;

        SubmittedJobs record = SubmittedJobs.In(graph.Folder) with { Asked = graph.Asked };
        Directory.CreateDirectory(Path.Combine(graph.Folder, LogFolderName));
        Dictionary<string, JobOutlook> jobs = outlook.Jobs.ToDictionary(static j => j.Job.Name, StringComparer.Ordinal);
        Dictionary<string, SubmittedJob> now = [];
        foreach ((ClusterJob job, IReadOnlyList<int> elements) in Open(outlook))
        {
            // It would else stand twice in the queue.
            string[] replaced = [.. jobs[job.Name].Elements.Where(e => (e.State == ElementState.Queued || e.NeverBegins) && Covers(elements, e)).Select(static e => e.JobId!)];
            slurm.Cancel(replaced);
            string[] after = [.. job.After.SelectMany(name => WaitFor(jobs[name], now.GetValueOrDefault(name)))];
            string script = Path.Combine(graph.Folder, job.FileName);
            AtomicFile.WriteText(script, job.ScriptFor(elements));
            SubmittedJob submitted = new() { Job = job.Name, Id = slurm.Submit(script, after), Elements = [.. elements], After = [.. after], Replaced = [.. replaced] };
            record = record.With(submitted);
            ProductJson.Write(Path.Combine(graph.Folder, SubmittedJobs.FileName), record);
            now[job.Name] = submitted;
            progress?.Report(submitted);
        }

        return [.. now.Values];
    }

    /// <summary>The numbers of what must succeed of a job: what is submitted now, and what was in the queue before.</summary>
    private static IEnumerable<string> WaitFor(JobOutlook job, SubmittedJob? now) =>
        [.. now is null ? Array.Empty<string>() : [now.Id], .. job.Elements.Where(e => e.IsActive && !(now is not null && Covers(now.Elements, e))).Select(static e => e.JobId!)];

    private static bool Covers(IReadOnlyList<int> elements, ElementOutlook element) => element.Element.Index is not { } index || elements.Contains(index);

    private static ElementOutlook Look(ClusterJob job, ClusterElement element, SubmittedJobs submitted, IReadOnlyList<QueueEntry> queue)
    {
        SubmittedJob? last = submitted.Last(job.Name, element.Index);
        string? id = last is null ? null : element.Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{last.Id}_{index}") : last.Id;
        QueueEntry? entry = last is null ? null : queue.FirstOrDefault(q => q.JobId == last.Id && q.Index == element.Index);
        ElementState state = element.IsDone ? ElementState.Done : entry?.Standing ?? ElementState.Open;
        return new ElementOutlook(element, state, id, entry?.Text ?? "") { NeverBegins = entry?.NeverBegins == true && !element.IsDone };
    }

    /// <summary>What Slurm knows of what was submitted.</summary>
    private (IReadOnlyList<QueueEntry> Entries, string? Unknown) Ask(ClusterGraph graph, SubmittedJobs submitted)
    {
        if (submitted.Jobs.Count == 0) return ([], null);
        try
        {
            IReadOnlyList<QueueEntry> queue = slurm.Queue(graph.Jobs.Select(static j => j.QueueName));
            string[] forgotten = [.. submitted.Jobs.Select(static s => s.Id).Distinct().Where(id => queue.All(q => q.JobId != id))];
            return ([.. queue, .. forgotten.Length == 0 ? [] : slurm.Accounts(forgotten)], null);
        }
        catch (DescribedException e)
        {
            return ([], e.Message);
        }
    }
}
