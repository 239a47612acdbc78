using static TorchSharp.torch;

namespace NnUNet.Torch.Replicas;

/// <summary>The sum of a tensor over all replicas, with a gradient.</summary>
/// <remarks>
/// Each replica's loss is a part of the whole, and each depends on what every replica gave to the sum: so going back, the gradients of all
/// replicas are summed too, and each gets the exact one. The original's DDP gives each its own gradient only, which weighs a batch's Dice by 1 / W.
/// </remarks>
internal sealed class ReplicaSum : autograd.SingleTensorFunction<ReplicaSum>
{
    /// <inheritdoc/>
    public override string Name => nameof(ReplicaSum);

    /// <summary>The sum, of the same shape; float32 or float64.</summary>
    public static Tensor Of(Tensor values, ReplicaGroup group) => apply(values, group);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor sum, ReplicaGroup group) = (Copy((Tensor)vars[0]), (ReplicaGroup)vars[1]);
        ctx.save_data("group", group);
        group.Sum(sum);
        return sum;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        (Tensor sum, ReplicaGroup group) = (Copy(grad_output), (ReplicaGroup)ctx.get_data("group"));
        group.InBackward(() => group.Sum(sum));
        return [sum, null!];
    }

    private static Tensor Copy(Tensor values)
    {
        using Tensor row = values.contiguous();
        return row.clone();
    }
}
