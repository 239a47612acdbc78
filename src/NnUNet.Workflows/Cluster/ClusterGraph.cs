using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>Jobs and which of them wait for which.</summary>
/// <param name="Task">The task's full name.</param>
/// <param name="Folder">Gets scripts, logs and the record of what was submitted.</param>
/// <param name="Jobs">The jobs; each comes after those that it waits for.</param>
internal sealed record ClusterGraph(string Task, string Folder, ValueArray<ClusterJob> Jobs)
{
    /// <summary>What must be told before anything is submitted, each in one sentence.</summary>
    public ValueArray<string> Warnings { get; init; } = [];

    /// <summary>Why trainings would end without a result; null where nothing is known to keep them from one.</summary>
    public DescribedException? Obstacle { get; init; }

    /// <summary>What it was made of; null for predictions in parts.</summary>
    public AskedWork? Asked { get; init; }
}
