using NnUNet.Imaging.Foundation;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Networks;

/// <summary>A kind of normalisation by name, a point of extension of the networks.</summary>
public abstract class Normalization
{
    /// <summary>A layer that normalises (B, F, …) and may have parameters <c>weight</c> and <c>bias</c> of F values.</summary>
    /// <param name="features">Feature maps F.</param>
    /// <param name="dimensions">Axes of the image: 2 or 3.</param>
    /// <param name="settings">What the network's description says.</param>
    public abstract nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings);
}

/// <summary>Each feature map of each sample to mean 0 and variance 1, then a learned scale and shift.</summary>
[CatalogName("InstanceNorm")]
public sealed class InstanceNormalization : Normalization
{
    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> Create(int features, int dimensions, NormalizationSettings settings) =>
        new InstanceNormLayer(features, settings.Epsilon);
}

/// <summary>The layer of <see cref="InstanceNormalization"/>; in and out (B, F, …).</summary>
internal sealed class InstanceNormLayer : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    public InstanceNormLayer(int features, double epsilon)
        : base(nameof(InstanceNormLayer))
    {
        _epsilon = epsilon;
        _weight = NewParameter(ones(features));
        _bias = NewParameter(zeros(features));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    /// <summary>Instance normalisation is group normalisation with one feature map a group, which torch computes in a third of the time on a CPU.</summary>
    public override Tensor forward(Tensor input) => F.group_norm(input, input.shape[1], _weight, _bias, _epsilon);

    private static Parameter NewParameter(Tensor values) => (Parameter)new Parameter(values).DetachFromDisposeScope();
}
