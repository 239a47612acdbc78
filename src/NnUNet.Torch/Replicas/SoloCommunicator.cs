using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>One replica alone: everything is already so.</summary>
internal sealed class SoloCommunicator : ICommunicator
{
    /// <inheritdoc/>
    public string Engine => "one process";

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int World => 1;

    /// <inheritdoc/>
    public int LocalRank => 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Hosts => [Environment.MachineName];

    /// <inheritdoc/>
    public void Barrier()
    {
        // Nobody else is there.
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor tensor, int root)
    {
        // The values are there.
    }

    /// <inheritdoc/>
    public void Sum(Tensor tensor)
    {
        // The sum of one.
    }

    /// <inheritdoc/>
    public IPendingSum BeginSum(Tensor tensor) => DoneSum.Instance;

    /// <inheritdoc/>
    public Tensor Gather(Tensor tensor) => tensor.detach().unsqueeze(0).clone();

    /// <inheritdoc/>
    public void Abort(string reason, int exitCode)
    {
        // Whoever calls ends by the same exception.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
