using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>The way back up of a U-Net: magnify, join with the encoder's features of that resolution, convolve, make logits.</summary>
/// <param name="up">The magnification into each resolution, the coarsest first.</param>
/// <param name="blocks">What follows the joining at each resolution.</param>
/// <param name="outputs">What makes the logits of each resolution.</param>
internal sealed class SkipDecoder(nn.Module<Tensor, Tensor>[] up, nn.Module<Tensor, Tensor>[] blocks, nn.Module<Tensor, Tensor>[] outputs)
{
    /// <summary>Features of the encoder to logits (B, K, …), full resolution first.</summary>
    /// <param name="deepest">The coarsest features; disposed here.</param>
    /// <param name="skips">The others, full resolution first; disposed here.</param>
    /// <param name="everyResolution">Whether the coarser logits are wanted too.</param>
    /// <returns>The logits, in the scope that was current when this was called.</returns>
    public Tensor[] Run(Tensor deepest, ReadOnlySpan<Tensor> skips, bool everyResolution)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = deepest;
        List<Tensor> logits = [];
        for (int u = 0; u < up.Length; u++)
        {
            // Where no gradient is wanted, each disposed tensor is memory that is free at once.
            using Tensor deep = x;
            using Tensor skip = skips[^(u + 1)];
            using Tensor larger = up[u].call(deep);
            using Tensor both = cat([larger, skip.to_type(larger.dtype)], 1); // (B, 2 F, …)
            x = blocks[u].call(both); // (B, F, …)
            if (everyResolution || u == up.Length - 1) logits.Add(outputs[u].call(x)); // (B, K, …)
        }

        logits.Reverse();
        foreach (Tensor output in logits) output.MoveToOuterDisposeScope();
        return [.. logits];
    }
}
