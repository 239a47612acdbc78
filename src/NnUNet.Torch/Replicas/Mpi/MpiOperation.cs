namespace NnUNet.Torch.Replicas.Mpi;

/// <summary>Starts one piece of an operation.</summary>
/// <param name="piece">The number of the piece.</param>
/// <param name="request">The address of the request.</param>
/// <returns>MPI's error code.</returns>
internal delegate int MpiStart(int piece, nint request);

/// <summary>A collective operation of MPI in one or several pieces, one after the other, since MPI counts with 32 bits.</summary>
/// <param name="function">The function of MPI, for errors.</param>
/// <param name="call">What all ranks do.</param>
/// <param name="pieces">The number of pieces.</param>
/// <param name="start">Starts one of them.</param>
internal sealed class MpiOperation(string function, CollectiveCall call, int pieces, MpiStart start) : IPendingSum
{
    private readonly TaskCompletionSource _end = new();

    /// <summary>The function of MPI, for errors.</summary>
    public string Function => function;

    /// <summary>What all ranks do.</summary>
    public CollectiveCall Call => call;

    /// <summary>The number of pieces.</summary>
    public int Pieces => pieces;

    /// <summary>Starts a piece.</summary>
    public int Start(int piece, nint request) => start(piece, request);

    /// <summary>Notes the end.</summary>
    /// <param name="fault">What went wrong, or null.</param>
    public void End(Exception? fault)
    {
        if (fault is null) _end.SetResult();
        else _end.SetException(fault);
    }

    /// <inheritdoc/>
    public void Wait() => _end.Task.GetAwaiter().GetResult();
}
