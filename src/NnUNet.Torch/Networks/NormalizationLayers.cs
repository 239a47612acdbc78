using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Networks;

/// <summary>The layer of <see cref="GroupNormalization"/> and <see cref="InstanceNormalization"/>; in and out (B, F, …).</summary>
internal sealed class GroupNormLayer : nn.Module<Tensor, Tensor>
{
    private readonly int _groups;
    private readonly double _epsilon;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    public GroupNormLayer(int features, int groups, double epsilon)
        : base(nameof(GroupNormLayer))
    {
        _groups = groups;
        _epsilon = epsilon;
        _weight = NewParameters.Of(ones(features));
        _bias = NewParameters.Of(zeros(features));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public override Tensor forward(Tensor input) => F.group_norm(input, _groups, _weight, _bias, _epsilon);

    /// <summary>Normalises and rectifies in one operation where each feature is a group of its own and the fast path takes the input.</summary>
    /// <returns>Features of the input's type, in its memory where no gradient is wanted; null where the fast path does not take it.</returns>
    /// <inheritdoc cref="FusedNorm.Apply"/>
    public Tensor? TryRectified(Tensor input, double slope) =>
        input.shape[1] == _groups && FusedNorm.Fits(input) ? FusedNorm.Apply(input, _weight, _bias, _epsilon, slope) : null;
}

/// <summary>The layer of <see cref="BatchNormalization"/>; in and out (B, F, …). The averages are buffers under torch's names.</summary>
internal sealed class BatchNormLayer : nn.Module<Tensor, Tensor>
{
    private const double Momentum = 0.1;

    private readonly double _epsilon;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "running_var")]
    private readonly Tensor _variance;

    [ComponentName(Name = "num_batches_tracked")]
    private readonly Tensor _batches;

    public BatchNormLayer(int features, double epsilon)
        : base(nameof(BatchNormLayer))
    {
        _epsilon = epsilon;
        _weight = NewParameters.Of(ones(features));
        _bias = NewParameters.Of(zeros(features));
        _mean = zeros(features).DetachFromDisposeScope();
        _variance = ones(features).DetachFromDisposeScope();
        _batches = tensor(0L).DetachFromDisposeScope();
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
        register_buffer("running_mean", _mean);
        register_buffer("running_var", _variance);
        register_buffer("num_batches_tracked", _batches);
    }

    public override Tensor forward(Tensor input)
    {
        if (training)
        {
            using IDisposable noGrad = no_grad();
            _batches.CountInPlace();
        }

        return F.batch_norm(input, _mean, _variance, _weight, _bias, training, Momentum, _epsilon);
    }
}

/// <summary>The layer of <see cref="FilterResponseNormalization"/>; in and out (B, F, …).</summary>
internal sealed class FilterResponseLayer : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;
    private readonly long[] _axes;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "tau")]
    private readonly Parameter _threshold;

    public FilterResponseLayer(int features, int dimensions, double epsilon)
        : base(nameof(FilterResponseLayer))
    {
        _epsilon = epsilon;
        _axes = [.. Enumerable.Range(2, dimensions).Select(static a => (long)a)];
        long[] shape = [1, features, .. Enumerable.Repeat(1L, dimensions)];
        _weight = NewParameters.Of(ones(shape));
        _bias = NewParameters.Of(zeros(shape));
        _threshold = NewParameters.Of(zeros(shape));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
        register_parameter("tau", _threshold);
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor power = input.Squared().mean(_axes, keepdim: true); // (B, F, 1, …)
        Tensor normalized = input * power.Plus(_epsilon).rsqrt();
        return (_weight * normalized).Plus(_bias).maximum(_threshold).MoveToOuterDisposeScope();
    }
}

/// <summary>The layer of <see cref="NoNormalization"/>: returns its input as a tensor of its own, which can be disposed apart.</summary>
internal sealed class IdentityLayer() : nn.Module<Tensor, Tensor>(nameof(IdentityLayer))
{
    public override Tensor forward(Tensor input) => input.alias();
}

/// <summary>Parameters that outlive the scope they are made in.</summary>
internal static class NewParameters
{
    public static Parameter Of(Tensor values) => (Parameter)new Parameter(values).DetachFromDisposeScope();
}
