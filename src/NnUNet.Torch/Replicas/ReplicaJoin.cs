using NnUNet.Core.Batches;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>The values of all replicas' samples one after the other, with a gradient (<see cref="ReplicaSum"/> tells how).</summary>
internal sealed class ReplicaJoin : autograd.SingleTensorFunction<ReplicaJoin>
{
    /// <inheritdoc/>
    public override string Name => nameof(ReplicaJoin);

    /// <summary>All values.</summary>
    /// <param name="values">(V b): V values of each of the samples here.</param>
    /// <param name="group">The replicas.</param>
    /// <param name="share">The samples here.</param>
    /// <returns>(V B): those of the whole batch.</returns>
    public static Tensor Of(Tensor values, ReplicaGroup group, SampleShare share) => apply(values, group, share);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor values, ReplicaGroup group, SampleShare share) = ((Tensor)vars[0], (ReplicaGroup)vars[1], (SampleShare)vars[2]);
        ctx.save_data("group", group);
        ctx.save_data("share", share);
        using DisposeScope scope = NewDisposeScope();
        long each = values.numel() / share.Count;
        long most = SampleShare.Of(0, group.World, share.Batch).Count * each; // the first share is a largest one

        // All replicas bring equally many, some of them zeros at the end.
        Tensor row = zeros(most, values.dtype, values.device);
        row.narrow(0, 0, values.numel()).copy_(values.detach().flatten());
        Tensor all = group.Gather(row); // (W, most)
        return cat([.. Enumerable.Range(0, group.World).Select(r => all.select(0, r).narrow(0, 0, SampleShare.Of(r, group.World, share.Batch).Count * each))]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        (ReplicaGroup group, SampleShare share) = ((ReplicaGroup)ctx.get_data("group"), (SampleShare)ctx.get_data("share"));
        using DisposeScope scope = NewDisposeScope();
        Tensor gradient = grad_output.contiguous().clone();
        group.InBackward(() => group.Sum(gradient));
        long each = gradient.numel() / share.Batch;
        return [gradient.narrow(0, share.First * each, share.Count * each).clone().MoveToOuterDisposeScope(), null!, null!];
    }
}
