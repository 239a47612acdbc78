using NnUNet.Workflows.Scheduling;

namespace NnUNet.Workflows.Cluster;

/// <summary>A part of a job that Slurm runs by itself: an element of an array, or all of a job that is none.</summary>
/// <param name="Index">Its number in the array; null where the job is none.</param>
/// <param name="Part">For people: the fold or the part; empty where there is only one.</param>
/// <param name="IsDone">Whether all that it makes lies on the disk and is current.</param>
/// <param name="Found">What lies on the disk, for people; empty where <see cref="Fold"/> says it.</param>
internal sealed record ClusterElement(int? Index, string Part, bool IsDone, string Found)
{
    /// <summary>The fold that it trains; null for other work, and as long as there are no plans.</summary>
    public FoldWork? Fold { get; init; }
}
