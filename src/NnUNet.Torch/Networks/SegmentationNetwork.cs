using NnUNet.Foundation;
using NnUNet.Torch.Onnx;
using NnUNet.Torch.Replicas;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>A network that segments: images (B, C, z, y, x), in 2D (B, C, y, x), to logits per class and resolution.</summary>
/// <remarks>
/// The forward pass returns logits (B, K, …), full resolution first, then coarser ones where <see cref="DeepSupervision"/>
/// is on. Its parameters are zeros until <see cref="Initialize"/> draws them or <see cref="NetworkWeights"/> loads them.
/// Source: nnunet/network_architecture/neural_network.py.
/// </remarks>
public abstract class SegmentationNetwork : nn.Module<Tensor, Tensor[]>
{
    /// <summary>A network.</summary>
    /// <param name="name">Its name, for messages.</param>
    protected SegmentationNetwork(string name)
        : base(name)
    {
    }

    /// <summary>Whether the forward pass returns the coarser resolutions too.</summary>
    /// <value>True, as training needs it.</value>
    public bool DeepSupervision { get; set; } = true;

    /// <summary>Axes of the image: 2 (y, x) or 3 (z, y, x).</summary>
    public abstract int Dimensions { get; }

    /// <summary>Channels of the image.</summary>
    public abstract int InputChannels { get; }

    /// <summary>Classes of the logits, the background counted.</summary>
    public abstract int Classes { get; }

    /// <summary>Each axis of an input must be a multiple of these, array order.</summary>
    public abstract ValueArray<int> Divisor { get; }

    /// <summary>By how much each output is smaller than the input, per axis; one entry an output with deep supervision, the first all ones.</summary>
    public abstract ValueArray<ValueArray<int>> OutputStrides { get; }

    /// <summary>Names under which the original's files hold a parameter once more, and the parameter's name here.</summary>
    /// <value>None. Weights under these names are left aside when weights are loaded.</value>
    public virtual IReadOnlyDictionary<string, string> Aliases => new Dictionary<string, string>();

    /// <summary>The element type in which convolutions compute; null computes in the type of their input.</summary>
    /// <value>Null: everything in float32. Parameters, norms and logits stay in float32 whatever this is.</value>
    public ScalarType? ConvolutionType
    {
        get;
        set
        {
            field = value;
            apply(module =>
            {
                if (module is ConvolutionLayer convolution) convolution.ComputeType = value;
            });
        }
    }

    /// <summary>How the samples of an input belong to the batch, for layers that take something from the whole of it while they train.</summary>
    /// <value>They are the whole batch.</value>
    public BatchShare Batch
    {
        get;
        set
        {
            field = value;
            apply(module =>
            {
                if (module is BatchNormLayer norm) norm.Batch = value;
            });
        }
    } = BatchShare.Whole;

    /// <summary>
    /// Parts of the network in the order of the forward pass, for those who sum gradients while the backward pass goes on: where it calls
    /// <see cref="StageMark"/> before each part, all gradients of that part and of later ones are there when the backward pass comes back to the mark.
    /// </summary>
    /// <value>None: gradients are summed when all of them are there.</value>
    internal virtual IReadOnlyList<IReadOnlyList<nn.Module>> Stages => [];

    /// <summary>Takes the features that enter a part, and its number, and returns them marked; null where nobody waits for gradients.</summary>
    internal Func<Tensor, int, Tensor>? StageMark { get; set; }

    /// <summary>The forward pass without its last step at full resolution, where that step looks at each voxel by itself: callers take it part by part, and need no logits of everything at once.</summary>
    /// <param name="input">The images (B, C, …).</param>
    /// <returns>The features (B, F, …), and what makes logits (B, K, …) of any part of them; null where the network cannot be cut there.</returns>
    internal virtual (Tensor Features, nn.Module<Tensor, Tensor> Last)? RunToLast(Tensor input) => null;

    /// <summary>Adds what the forward pass does without deep supervision as operations of ONNX.</summary>
    /// <param name="graph">Takes them.</param>
    /// <param name="images">The name of the images (B, C, …).</param>
    /// <returns>The name of the logits (B, K, …) of full resolution.</returns>
    /// <exception cref="Foundation.DescribedException">The network, or a layer of it, does not say so: the default.</exception>
    public virtual string WriteOnnx(OnnxGraph graph, string images) => throw OnnxGraph.Unknown($"network {GetName()}");

    /// <summary>Draws new weights; the same seed gives the same weights on every machine.</summary>
    /// <param name="seed">Seed of torch's generator.</param>
    public abstract void Initialize(ulong seed);
}
