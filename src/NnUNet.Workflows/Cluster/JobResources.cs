namespace NnUNet.Workflows.Cluster;

/// <summary>What the jobs of a graph ask of the cluster.</summary>
internal sealed record JobResources
{
    /// <summary>The partition (<c>--partition</c>).</summary>
    /// <value>Null: the cluster's default.</value>
    public string? Partition { get; init; }

    /// <summary>The time limit of each job (<c>--time</c>).</summary>
    /// <value>Null: the partition's own.</value>
    public TimeLimit? Time { get; init; }

    /// <summary>Devices of jobs that train or segment (<c>--gres</c>), such as <c>gpu:1</c>; of several nodes, those of each.</summary>
    /// <value>Null: none.</value>
    public string? Gres { get; init; }

    /// <summary>Cores of each process (<c>--cpus-per-task</c>).</summary>
    /// <value>Null: the cluster's default, often one.</value>
    public int? Cpus { get; init; }

    /// <summary>Memory of each node (<c>--mem</c>), such as <c>48G</c>.</summary>
    /// <value>Null: the cluster's default.</value>
    public string? Memory { get; init; }

    /// <summary>The account that is charged (<c>--account</c>).</summary>
    /// <value>Null: the user's default.</value>
    public string? Account { get; init; }

    /// <summary>The quality of service (<c>--qos</c>).</summary>
    /// <value>Null: the user's default.</value>
    public string? Qos { get; init; }

    /// <summary>An image of Apptainer (Singularity) in which the program runs.</summary>
    /// <value>Null: none; the program that submits runs on the nodes too.</value>
    public string? Container { get; init; }

    /// <summary>Nodes of each training.</summary>
    /// <value>1.</value>
    public int Nodes { get; init; } = 1;

    /// <summary>Processes of each training, on all its nodes together.</summary>
    /// <value>Null: one a node.</value>
    public int? Ranks { get; init; }

    /// <summary>Lines of bash before the work, such as <c>module load dotnet</c>.</summary>
    /// <value>None.</value>
    public string Setup { get; init; } = "";

    /// <summary>Whether a training is several processes.</summary>
    public bool IsDistributed => Nodes > 1 || Ranks > 1;

    /// <summary>Processes of a training on each of its nodes.</summary>
    public int RanksPerNode => Math.Max(1, (Ranks ?? Nodes) / Nodes);

    /// <summary>What is wrong with them, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Nodes < 1) yield return $"there are {Nodes} nodes, but must be at least 1";
        if (Ranks < 1) yield return $"there are {Ranks} ranks, but must be at least 1";
        if (Nodes > 0 && Ranks > 0 && Ranks % Nodes != 0) yield return $"{Ranks} ranks cannot be spread evenly over {Nodes} nodes";
        if (Cpus < 1) yield return $"there are {Cpus} cores, but must be at least 1";
        foreach (string text in ((string?[])[Partition, Gres, Memory, Account, Qos, Container]).OfType<string>())
        {
            if (text.Length == 0 || text.Any(char.IsControl)) yield return $"\"{text}\" is empty or has a line break, which no directive of Slurm can have";
        }
    }
}
