namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>What a collective operation does.</summary>
internal enum CollectiveKind
{
    /// <summary>A member's values go to all.</summary>
    Broadcast = 1,

    /// <summary>All get the sum.</summary>
    Sum,

    /// <summary>All get the values of all.</summary>
    Gather,

    /// <summary>All wait for all.</summary>
    Barrier,

    /// <summary>All wait for all before they part.</summary>
    End,
}

/// <summary>One collective operation, as all members must call it.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Bytes">The bytes of each member's values.</param>
/// <param name="Root">The member whose values go to all; 0 where there is none.</param>
internal readonly record struct CollectiveCall(CollectiveKind Kind, long Bytes = 0, int Root = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        CollectiveKind.Broadcast => $"takes {Bytes} bytes from rank {Root}",
        CollectiveKind.Sum => $"sums {Bytes} bytes",
        CollectiveKind.Gather => $"gathers {Bytes} bytes",
        CollectiveKind.Barrier => "waits in a barrier",
        _ => "has ended its work",
    };
}
