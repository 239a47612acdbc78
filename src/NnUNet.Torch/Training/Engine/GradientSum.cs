using NnUNet.Torch.Networks;
using NnUNet.Torch.Replicas;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training.Engine;

/// <summary>Sums the gradients of all replicas, in buckets that are summed while the backward pass goes on.</summary>
/// <remarks>
/// TorchSharp has no hooks for gradients. A mark in the forward pass (an identity with a backward of its own) tells when everything that came
/// after it has its gradients: torch goes back in the order of the operations' numbers, and hands gradients to parameters at once.
/// A network without marks gets one bucket, which is summed after the backward pass.
/// </remarks>
internal sealed class GradientSum : IDisposable
{
    private readonly ReplicaGroup _group;
    private readonly SegmentationNetwork _network;
    private readonly Bucket[] _buckets = [];
    private readonly int _first;
    private Tensor? _marked;

    /// <summary>Sums the gradients of a network. The network's marks are this object's until it is disposed.</summary>
    /// <param name="network">The network, on its device.</param>
    /// <param name="group">The replicas.</param>
    public GradientSum(SegmentationNetwork network, ReplicaGroup group)
    {
        _network = network;
        _group = group;
        if (group.World == 1) return;

        HashSet<Parameter> staged = new(ReferenceEqualityComparer.Instance);
        List<Bucket> buckets = [.. network.Stages.Select(s => new Bucket([.. s.SelectMany(static m => m.parameters()).Where(staged.Add)]))];
        Parameter[] others = [.. network.parameters().Where(p => !staged.Contains(p))];
        if (others.Length > 0)
        {
            // What belongs to no stage has its gradients when everything has.
            buckets.Insert(0, new Bucket(others));
            _first = 1;
        }

        _buckets = [.. buckets];
        network.StageMark = Mark;
    }

    /// <summary>Sums that began within a backward pass, for measurements.</summary>
    public long BegunInBackward { get; private set; }

    /// <summary>After the backward pass: sums what is left, waits, and puts the sums where the gradients were.</summary>
    public void Finish()
    {
        if (_group.World == 1) return;

        Release(null);
        using IDisposable noGrad = no_grad();
        for (int b = _buckets.Length - 1; b >= 0; b--) _buckets[b].Begin(_group);
        for (int b = _buckets.Length - 1; b >= 0; b--) _buckets[b].Finish(_group);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.StageMark = null;
        Release(null);
        foreach (Bucket bucket in _buckets) bucket.Dispose();
    }

    private Tensor Mark(Tensor features, int stage) => features.requires_grad ? BackwardMark.Of(features, this, stage) : features;

    // Called in the backward pass, on whichever thread runs it. All replicas have the same graph, and so the same order.
    private void Reached(int stage, Tensor gradient)
    {
        Release(gradient);
        _group.InBackward(() =>
        {
            using IDisposable noGrad = no_grad();
            for (int b = _buckets.Length - 1; b >= stage + _first; b--)
            {
                if (_buckets[b].Begin(_group)) BegunInBackward++;
            }
        });
    }

    // The gradient of a mark is handed on as it is. What holds it here goes as soon as torch has its own hold, or features of full resolution would stay to the step's end.
    private void Release(Tensor? next)
    {
        _marked?.Dispose();
        _marked = next;
    }

    private sealed class Bucket(IReadOnlyList<Parameter> parameters) : IDisposable
    {
        private readonly Tensor _flat = zeros(parameters.Sum(static p => p.numel()), parameters.Count > 0 ? parameters[0].dtype : float32, parameters.Count > 0 ? parameters[0].device : CPU).DetachFromDisposeScope();
        private IPendingSum? _pending;

        /// <returns>Whether it had not begun before.</returns>
        public bool Begin(ReplicaGroup group)
        {
            if (_pending is not null || parameters.Count == 0) return false;

            Each(static (part, gradient) => part.copy_(gradient.reshape(-1)), static part => part.zero_());
            _pending = group.BeginSum(_flat);
            return true;
        }

        public void Finish(ReplicaGroup group)
        {
            if (_pending is null) return;

            group.Finish(_pending);
            _pending = null;
            Each(static (part, gradient) => gradient.copy_(part.view(gradient.shape)), static _ => { });
        }

        public void Dispose() => _flat.Dispose();

        // The same parameters have a gradient on all replicas, since all have the same graph.
        private void Each(Action<Tensor, Tensor> with, Action<Tensor> without)
        {
            long at = 0;
            foreach (Parameter parameter in parameters)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor part = _flat.narrow(0, at, parameter.numel());
                if (parameter.grad is { } gradient) with(part, gradient);
                else without(part);
                at += parameter.numel();
            }
        }
    }

    private sealed class BackwardMark : autograd.SingleTensorFunction<BackwardMark>
    {
        public override string Name => nameof(BackwardMark);

        public static Tensor Of(Tensor features, GradientSum sum, int stage) => apply(features, sum, stage);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("sum", vars[1]);
            ctx.save_data("stage", vars[2]);
            return ((Tensor)vars[0]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((GradientSum)ctx.get_data("sum")).Reached((int)ctx.get_data("stage"), grad_output);
            return [grad_output, null!, null!];
        }
    }
}
