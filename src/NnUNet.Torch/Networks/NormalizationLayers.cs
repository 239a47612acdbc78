using NnUNet.Torch.Networks.Fused;
using NnUNet.Torch.Onnx;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace NnUNet.Torch.Networks;

/// <summary>The layer of <see cref="GroupNormalization"/> and <see cref="InstanceNormalization"/>; in and out (B, F, …).</summary>
internal sealed class GroupNormLayer : nn.Module<Tensor, Tensor>, IOnnxPart
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

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        long features = _weight.shape[0];
        if (_groups == features) return graph.Add("InstanceNormalization", [input, graph.Weight(_weight), graph.Weight(_bias)], ("epsilon", (float)_epsilon));

        // The operator of groups changed its meaning between versions: one of instances over (B, groups, all the rest) is the same everywhere.
        string even = graph.Constant([.. Enumerable.Repeat(1f, _groups)], _groups), none = graph.Constant(new float[_groups], _groups);
        string normalized = graph.Add("InstanceNormalization", [graph.Add("Reshape", [input, graph.Constant(0L, _groups, -1)]), even, none], ("epsilon", (float)_epsilon));
        string flat = graph.Add("Reshape", [normalized, graph.Constant(0L, features, -1)]); // (B, F, voxels)
        string scale = graph.Add("Unsqueeze", [graph.Weight(_weight), graph.Constant(1L)]), shift = graph.Add("Unsqueeze", [graph.Weight(_bias), graph.Constant(1L)]); // (F, 1)
        string scaled = graph.Add("Add", [graph.Add("Mul", [flat, scale]), shift]);
        return graph.Add("Reshape", [scaled, graph.Add("Shape", [input])]);
    }

    /// <summary>Normalises and rectifies in one operation where each feature is a group of its own and the fast path takes the input.</summary>
    /// <returns>Features of the input's type, in its memory where no gradient is wanted; null where the fast path does not take it.</returns>
    /// <inheritdoc cref="FusedNorm.Apply"/>
    public Tensor? TryRectified(Tensor input, double slope) =>
        input.shape[1] == _groups && FusedNorm.Fits(input) ? FusedNorm.Apply(input, _weight, _bias, _epsilon, slope) : null;
}

/// <summary>The layer of <see cref="BatchNormalization"/>; in and out (B, F, …). The averages are buffers under torch's names.</summary>
internal sealed class BatchNormLayer : nn.Module<Tensor, Tensor>, IOnnxPart
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

    /// <summary>How the samples of an input belong to the batch that is normalised.</summary>
    public BatchShare Batch { get; set; } = BatchShare.Whole;

    public override Tensor forward(Tensor input)
    {
        if (training)
        {
            using IDisposable noGrad = no_grad();
            _batches.CountInPlace();
        }

        if (training && Batch != BatchShare.Whole) return OfWholeBatch(input);

        return F.batch_norm(input, _mean, _variance, _weight, _bias, training, Momentum, _epsilon);
    }

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("BatchNormalization", [input, graph.Weight(_weight), graph.Weight(_bias), graph.Weight(_mean), graph.Weight(_variance)], ("epsilon", (float)_epsilon));
    }

    /// <summary>Mean and variance over the samples of all replicas, by which all of them normalise, and which their averages keep.</summary>
    private Tensor OfWholeBatch(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] axes = [.. Enumerable.Range(0, (int)input.dim()).Where(static a => a != 1).Select(static a => (long)a)];
        long[] shape = [1, input.shape[1], .. Enumerable.Repeat(1L, (int)input.dim() - 2)];
        long values = Batch.Count(input.numel() / input.shape[1]);
        Tensor mean = Batch.Sum(input.sum(axes)).DividedBy(values); // (F)
        Tensor centred = input - mean.view(shape);
        Tensor variance = Batch.Sum(centred.Squared().sum(axes)).DividedBy(values);
        Keep(_mean, mean);
        Keep(_variance, variance.Times((double)values / Math.Max(1, values - 1)));
        return (centred * (variance.Plus(_epsilon).rsqrt() * _weight).view(shape)).Plus(_bias.view(shape)).MoveToOuterDisposeScope();
    }

    private static void Keep(Tensor average, Tensor now)
    {
        using IDisposable noGrad = no_grad();
        average.TimesInPlace(1 - Momentum).PlusInPlace(now, Momentum);
    }
}

/// <summary>The layer of <see cref="FilterResponseNormalization"/>; in and out (B, F, …).</summary>
internal sealed class FilterResponseLayer : nn.Module<Tensor, Tensor>, IOnnxPart
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

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string power = graph.Add("ReduceMean", [graph.Add("Mul", [input, input])], ("axes", _axes), ("keepdims", 1L));
        string root = graph.Add("Sqrt", [graph.Add("Add", [power, graph.Constant([(float)_epsilon])])]);
        string scaled = graph.Add("Mul", [graph.Add("Div", [input, root]), graph.Weight(_weight)]);
        return graph.Add("Max", [graph.Add("Add", [scaled, graph.Weight(_bias)]), graph.Weight(_threshold)]);
    }
}

/// <summary>The layer of <see cref="NoNormalization"/>: returns its input as a tensor of its own, which can be disposed apart.</summary>
internal sealed class IdentityLayer() : nn.Module<Tensor, Tensor>(nameof(IdentityLayer)), IOnnxPart
{
    public override Tensor forward(Tensor input) => input.alias();

    /// <inheritdoc/>
    public string WriteOnnx(OnnxGraph graph, string input) => input;
}

/// <summary>Parameters that outlive the scope they are made in.</summary>
internal static class NewParameters
{
    public static Parameter Of(Tensor values) => (Parameter)new Parameter(values).DetachFromDisposeScope();
}
