using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>Replicas on threads of one process, a thread a device; needs no library.</summary>
/// <remarks>
/// A sum is made by whoever comes last, on its own device, then each copies it: the summands are in the order of the ranks, so all replicas
/// get the same bits, run after run. Between CUDA devices the copies are torch's own, which it orders by the devices' streams.
/// </remarks>
internal sealed class ThreadCommunicator : ICommunicator
{
    private readonly Meeting _meeting;
    private readonly string[] _hosts;

    private ThreadCommunicator(Meeting meeting, int rank)
    {
        _meeting = meeting;
        _hosts = [.. Enumerable.Repeat(Environment.MachineName, meeting.World)];
        Rank = rank;
    }

    /// <inheritdoc/>
    public string Engine => "threads";

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int World => _meeting.World;

    /// <inheritdoc/>
    public int LocalRank => Rank;

    /// <inheritdoc/>
    public IReadOnlyList<string> Hosts => _hosts;

    /// <summary>The members of a training, each for a thread of its own.</summary>
    /// <param name="world">How many.</param>
    public static IReadOnlyList<ThreadCommunicator> Create(int world)
    {
        Meeting meeting = new(world);
        return [.. Enumerable.Range(0, world).Select(rank => new ThreadCommunicator(meeting, rank))];
    }

    /// <inheritdoc/>
    public void Barrier() => _meeting.Meet(Rank, this, static _ => null);

    /// <inheritdoc/>
    public void Broadcast(Tensor tensor, int root)
    {
        using IDisposable noGrad = no_grad();
        Tensor from = (Tensor)_meeting.Meet(Rank, tensor, all => all[root])!;
        if (Rank != root) tensor.copy_(from);
        Barrier(); // the root's values may change now
    }

    /// <inheritdoc/>
    public void Sum(Tensor tensor)
    {
        using IDisposable noGrad = no_grad();
        Tensor sum = (Tensor)_meeting.Meet(Rank, tensor, static all => Total(all))!;
        tensor.copy_(sum);
        Release(sum);
    }

    /// <inheritdoc/>
    public IPendingSum BeginSum(Tensor tensor)
    {
        Sum(tensor);
        return DoneSum.Instance;
    }

    /// <inheritdoc/>
    public Tensor Gather(Tensor tensor)
    {
        using IDisposable noGrad = no_grad();
        Tensor all = (Tensor)_meeting.Meet(Rank, tensor, static all => Stacked(all))!;
        Tensor mine = all.to(tensor.device, copy: true);
        Release(all);
        return mine;
    }

    /// <inheritdoc/>
    public void Abort(string reason, int exitCode) => _meeting.Break(reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private static Tensor Total(object[] all)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor total = ((Tensor)all[0]).detach().clone();
        foreach (object other in all.AsSpan(1)) total = total.Plus(((Tensor)other).detach().to(total.device));
        return total.DetachFromDisposeScope();
    }

    private static Tensor Stacked(object[] all)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = ((Tensor)all[0]).device;
        return stack(all.Select(t => ((Tensor)t).detach().to(device))).DetachFromDisposeScope();
    }

    /// <summary>Disposes what was made for all when all have their copy.</summary>
    private void Release(Tensor shared) => _meeting.Meet(Rank, shared, static all =>
    {
        ((Tensor)all[0]).Dispose();
        return null;
    });
}
