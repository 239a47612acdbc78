using NnUNet.Core.Batches;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>The samples of one of several replicas.</summary>
internal sealed class ReplicaBatchShare : BatchShare
{
    private readonly ReplicaGroup _group;
    private readonly SampleShare _share;

    private ReplicaBatchShare(ReplicaGroup group, SampleShare share)
    {
        _group = group;
        _share = share;
    }

    /// <summary>What a loss sees of a replica's samples.</summary>
    /// <param name="group">The replicas.</param>
    /// <param name="batch">Samples of the whole batch.</param>
    public static BatchShare Of(ReplicaGroup group, int batch) => group.World == 1 ? Whole : new ReplicaBatchShare(group, group.ShareOf(batch));

    /// <inheritdoc/>
    public override Tensor Sum(Tensor values) => ReplicaSum.Of(values, _group);

    /// <inheritdoc/>
    public override Tensor Join(Tensor values) => ReplicaJoin.Of(values, _group, _share);

    /// <inheritdoc/>
    public override long Count(long here) => here / _share.Count * _share.Batch;
}
