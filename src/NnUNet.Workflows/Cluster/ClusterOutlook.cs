using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>How far a part of a job is.</summary>
internal enum ElementState
{
    /// <summary>What it makes is there.</summary>
    Done,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It waits in the queue.</summary>
    Queued,

    /// <summary>It has failed, was cancelled, or waits for something that failed.</summary>
    Failed,

    /// <summary>It is not in the queue, and what it makes is not there.</summary>
    Open,
}

/// <summary>How far a part of a job is, by the disk and by Slurm.</summary>
/// <param name="Element">The part.</param>
/// <param name="State">How far it is.</param>
/// <param name="JobId">The number in the queue, such as <c>17_0</c>; null where it was not submitted.</param>
/// <param name="Slurm">Slurm's words of it; empty where there are none.</param>
internal sealed record ElementOutlook(ClusterElement Element, ElementState State, string? JobId, string Slurm)
{
    /// <summary>Whether it is in the queue or runs.</summary>
    public bool IsActive => State is ElementState.Queued or ElementState.Running;

    /// <summary>Whether it stands in the queue, but will never begin.</summary>
    internal bool NeverBegins { get; init; }
}

/// <summary>How far a job is.</summary>
/// <param name="Job">The job.</param>
/// <param name="Elements">Its parts.</param>
internal sealed record JobOutlook(ClusterJob Job, ValueArray<ElementOutlook> Elements);

/// <summary>How far a graph is.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Jobs">Its jobs.</param>
internal sealed record ClusterOutlook(ClusterGraph Graph, ValueArray<JobOutlook> Jobs)
{
    /// <summary>Why nothing is known of the queue; null where Slurm was asked, or nothing was submitted that it could be asked for.</summary>
    public string? QueueUnknown { get; init; }

    /// <summary>How many parts are that far.</summary>
    public int Count(ElementState state) => Jobs.Sum(j => j.Elements.Count(e => e.State == state));
}
