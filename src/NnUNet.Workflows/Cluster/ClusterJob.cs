using NnUNet.Foundation;

namespace NnUNet.Workflows.Cluster;

/// <summary>A job of a graph.</summary>
internal sealed record ClusterJob
{
    /// <summary>Its name in the graph and of its files, such as <c>train_2d</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its parts.</summary>
    public required ValueArray<ClusterElement> Elements { get; init; }

    /// <summary>Names of the jobs that must have succeeded before.</summary>
    public ValueArray<string> After { get; init; } = [];

    /// <summary>Its script.</summary>
    public required JobScript Script { get; init; }

    /// <summary>The job's name in the queue, such as <c>nnunet_Task004_Hippocampus_train_2d</c>.</summary>
    public string QueueName => Script.JobName;

    /// <summary>Whether it is an array.</summary>
    public bool IsArray => Elements.Any(static e => e.Index is not null);

    /// <summary>Whether everything that it makes is there.</summary>
    public bool IsDone => Elements.All(static e => e.IsDone);

    /// <summary>The name of the script's file.</summary>
    public string FileName => Name + ".sh";

    /// <summary>The script for some of the elements.</summary>
    /// <param name="elements">Numbers of the elements; none where the job is no array.</param>
    public string ScriptFor(IEnumerable<int> elements) => Script.Text([.. elements]);
}
