using NnUNet.Torch.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>The way back up of a U-Net: magnify, join with the encoder's features of that resolution, convolve, make logits.</summary>
/// <remarks>No module itself: the network registers the parts under the original's names. Each list begins with the coarsest resolution but one.</remarks>
internal sealed class SkipDecoder
{
    /// <summary>A decoder for the resolutions that the arguments tell.</summary>
    /// <param name="arguments">The network's arguments.</param>
    /// <param name="block">What follows the joining at a level, 0 for full resolution: twice the level's features to its features.</param>
    /// <param name="outputBias">Whether the convolutions that make the logits have a bias.</param>
    /// <param name="magnifierBias">Whether the convolutions that magnify have a bias.</param>
    public SkipDecoder(IUNetShape arguments, Func<int, nn.Module<Tensor, Tensor>> block, bool outputBias, bool magnifierBias = false)
    {
        int[] features = [.. arguments.Features], ones = NetworkGeometry.Uniform(1, arguments.Dimensions);
        int stages = features.Length - 1;
        Up = new nn.Module<Tensor, Tensor>[stages];
        Blocks = new nn.Module<Tensor, Tensor>[stages];
        Outputs = new nn.Module<Tensor, Tensor>[stages];
        for (int u = 0; u < stages; u++)
        {
            int level = stages - 1 - u;
            ReadOnlySpan<int> stride = arguments.Strides[level + 1].AsSpan();
            Up[u] = new ConvolutionLayer(features[level + 1], features[level], stride, stride, magnifierBias, transposed: true) { StaysInComputeType = true };
            Blocks[u] = block(level);
            Outputs[u] = new ConvolutionLayer(features[level], arguments.Classes, ones, ones, outputBias);
        }
    }

    /// <summary>The magnification into each resolution.</summary>
    public nn.Module<Tensor, Tensor>[] Up { get; }

    /// <summary>What follows the joining at each resolution.</summary>
    public nn.Module<Tensor, Tensor>[] Blocks { get; }

    /// <summary>What makes the logits of each resolution.</summary>
    public nn.Module<Tensor, Tensor>[] Outputs { get; }

    /// <summary>Features of the encoder to logits (B, K, …), full resolution first.</summary>
    /// <param name="features">Those of each resolution, full resolution first; disposed here.</param>
    /// <param name="everyResolution">Whether the coarser logits are wanted too.</param>
    /// <param name="mark">Takes the features that enter a step, and its number, and returns them marked; null where nobody asks.</param>
    /// <returns>The logits, in the scope that was current when this was called.</returns>
    public Tensor[] Run(ReadOnlySpan<Tensor> features, bool everyResolution, Func<Tensor, int, Tensor>? mark = null)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> logits = [];
        Climb(features, mark, (x, u) =>
        {
            if (everyResolution || u == Up.Length - 1) logits.Add(Outputs[u].call(x)); // (B, K, …)
        });

        logits.Reverse();
        foreach (Tensor output in logits) output.MoveToOuterDisposeScope();
        return [.. logits];
    }

    /// <summary>Features of the encoder to those of full resolution, of which the last output makes logits.</summary>
    /// <param name="features">Those of each resolution, full resolution first; disposed here.</param>
    /// <returns>The features (B, F, …), in the scope that was current when this was called.</returns>
    public Tensor RunToLast(ReadOnlySpan<Tensor> features)
    {
        using DisposeScope scope = NewDisposeScope();
        return Climb(features, null, static (_, _) => { }).MoveToOuterDisposeScope();
    }

    /// <summary>Goes up to full resolution, and shows what there is at each step.</summary>
    private Tensor Climb(ReadOnlySpan<Tensor> features, Func<Tensor, int, Tensor>? mark, Action<Tensor, int> show)
    {
        Tensor x = features[^1];
        for (int u = 0; u < Up.Length; u++)
        {
            // Where no gradient is wanted, each disposed tensor is memory that is free at once.
            using Tensor both = Join(x, features[^(u + 2)], Up[u], mark, u); // (B, 2 F, …)
            x = Blocks[u].call(both); // (B, F, …)
            show(x, u);
        }

        return x;
    }

    private static Tensor Join(Tensor features, Tensor others, nn.Module<Tensor, Tensor> up, Func<Tensor, int, Tensor>? mark, int u)
    {
        using Tensor deep = features;
        using Tensor skip = others;
        using Tensor? marked = mark?.Invoke(deep, u);
        using Tensor larger = up.call(marked ?? deep);
        using Tensor like = skip.to_type(larger.dtype);
        return cat([larger, like], 1);
    }

    /// <summary>What <see cref="Run"/> does at full resolution as operations of ONNX.</summary>
    /// <param name="graph">Takes them.</param>
    /// <param name="features">The names of the encoder's features, full resolution first.</param>
    /// <returns>The name of the logits (B, K, …).</returns>
    public string WriteOnnx(OnnxGraph graph, ReadOnlySpan<string> features)
    {
        string x = features[^1];
        for (int u = 0; u < Up.Length; u++)
        {
            string both = graph.Add("Concat", [graph.Write(Up[u], x), features[^(u + 2)]], ("axis", 1L));
            x = graph.Write(Blocks[u], both);
        }

        return graph.Write(Outputs[^1], x);
    }
}
