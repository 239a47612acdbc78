using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>
/// What joins the replicas of one training, each a thread or a process of its own. Every member calls the same operations in the same
/// order, from its own thread that calls torch or within its backward pass.
/// </summary>
/// <remarks>Tensors are contiguous and may live on any device; what an engine cannot take from there, it copies.</remarks>
internal interface ICommunicator : IDisposable
{
    /// <summary>The engine and its version, for people: <c>threads</c>, <c>MPI: Open MPI v4.1.4</c>, <c>NCCL 2.27.5</c>.</summary>
    string Engine { get; }

    /// <summary>The number of this member, from 0 on.</summary>
    int Rank { get; }

    /// <summary>The number of all members.</summary>
    int World { get; }

    /// <summary>The number of this member among those of its host: the number of its device.</summary>
    int LocalRank { get; }

    /// <summary>The names of the hosts of all members, by rank.</summary>
    IReadOnlyList<string> Hosts { get; }

    /// <summary>How many members share the host of this one.</summary>
    int MembersHere => Hosts.Count(host => host == Hosts[Rank]);

    /// <summary>Waits until all members are here.</summary>
    void Barrier();

    /// <summary>Puts a member's values in place of those of all others.</summary>
    /// <param name="tensor">The same shape and type everywhere; any element type.</param>
    /// <param name="root">The member whose values all take.</param>
    void Broadcast(Tensor tensor, int root);

    /// <summary>Puts the sum over all members in place, the same bits on all of them.</summary>
    /// <param name="tensor">The same shape everywhere; float32, float64 or int64.</param>
    void Sum(Tensor tensor);

    /// <summary>Begins a sum; nothing may touch the tensor until it is waited for.</summary>
    /// <inheritdoc cref="Sum"/>
    IPendingSum BeginSum(Tensor tensor);

    /// <summary>The values of all members: (W, …), the same on all; any element type.</summary>
    /// <param name="tensor">The same shape and type everywhere.</param>
    /// <returns>On the tensor's device, owned by the caller.</returns>
    Tensor Gather(Tensor tensor);

    /// <summary>
    /// Ends the training for all members at once, since this one cannot go on: those in other processes end with this exit code, those on other threads
    /// get an exception out of what they wait for. In a process of its own the call may not return.
    /// </summary>
    /// <param name="reason">What happened, in a sentence without its end.</param>
    /// <param name="exitCode">The exit code of the processes.</param>
    void Abort(string reason, int exitCode);
}

/// <summary>A sum that goes on beside the computation.</summary>
internal interface IPendingSum
{
    /// <summary>Waits until the sum is in place.</summary>
    void Wait();
}
