using System.Runtime.InteropServices;
using NnUNet.Core.Batches;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training.Engine;

/// <summary>One iteration on the device, together with other replicas where there are any: forward, loss, and for training backward and a step of the optimiser.</summary>
/// <remarks>Call it on the thread that calls torch. Source: nnUNetTrainerV2.py, run_iteration.</remarks>
internal sealed class TrainingStep
{
    private readonly SegmentationNetwork _network;
    private readonly WeightOptimizer _optimizer;
    private readonly DeepSupervisionLoss _loss;
    private readonly Device _device;
    private readonly ValueArray<LabelRegion> _regions;
    private readonly ReplicaGroup _group;
    private readonly GradientSum? _gradients;
    private readonly double _part;

    /// <summary>The iteration of a training; network and optimiser stay the caller's.</summary>
    /// <param name="network">The network.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="loss">The loss of all outputs.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="regions">The regions that the outputs are; none where they are classes.</param>
    /// <param name="group">The replicas that take the step together; null where this is the only one.</param>
    /// <param name="gradients">Sums their gradients; null where this is the only one.</param>
    /// <param name="part">The part of the batch that this one computes, greater than 0, at most 1.</param>
    public TrainingStep(
        SegmentationNetwork network,
        WeightOptimizer optimizer,
        DeepSupervisionLoss loss,
        Device device,
        ValueArray<LabelRegion> regions = default,
        ReplicaGroup? group = null,
        GradientSum? gradients = null,
        double part = 1)
    {
        _group = group ?? ReplicaGroup.Alone();
        _gradients = gradients;
        _part = part;
        _regions = regions;
        _network = network;
        _optimizer = optimizer;
        _loss = loss;
        _device = device;
    }

    /// <summary>Takes one step, unless the loss or the gradients are not finite: then weights and optimiser stay as they are.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="lossScale">The factor by which the loss is multiplied for the backward pass.</param>
    public StepResult Train(TrainingBatch batch, double rate, double lossScale)
    {
        using DisposeScope scope = NewDisposeScope();
        _optimizer.ZeroGradients();
        Tensor[] outputs = _network.call(Images(batch));
        Tensor loss = _loss.Compute(outputs, Targets(batch));
        double value = OfBatch(loss);
        if (!double.IsFinite(value)) return LossFault(value);

        double factor = lossScale * _part;
        (factor == 1 ? loss : loss.Times(factor)).backward();
        _group.ThrowWhatFailedInBackward();
        _gradients?.Finish();
        double norm = _optimizer.Step(rate, lossScale);
        return new StepResult(value, double.IsFinite(norm) ? null : FormattableString.Invariant($"the gradients' norm is {norm}"));
    }

    /// <summary>Computes the loss of the batch and counts the voxels of the classes in the samples here, unless the loss is not finite.</summary>
    public StepResult Validate(TrainingBatch batch, OnlineEvaluation evaluation)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] outputs = _network.call(Images(batch));
        Tensor[] targets = Targets(batch);
        double value = OfBatch(_loss.Compute(outputs, targets));
        if (!double.IsFinite(value)) return LossFault(value);

        if (_regions.Count > 0)
        {
            for (int r = 0; r < _regions.Count; r++) Count(r, outputs[0].select(1, r), RegionMasks.Of(_regions[r], targets[0]), evaluation);
            return new StepResult(value, null);
        }

        Tensor predicted = outputs[0].argmax(1).to_type(ScalarType.Int16).cpu().contiguous(); // (B, z, y, x)
        evaluation.Add(MemoryMarshal.Cast<byte, short>(predicted.bytes), batch.Targets[0]);
        return new StepResult(value, null);
    }

    /// <summary>The loss of the whole batch, the same on all replicas, so that all decide alike.</summary>
    private double OfBatch(Tensor loss) => _group.Sum(loss.item<float>() * _part)[0];

    /// <summary>Counts a region's voxels: where its probability is above one half, and so its logit above 0, it is predicted.</summary>
    private static void Count(int region, Tensor logits, Tensor truth, OnlineEvaluation evaluation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor predicted = logits.GreaterThan(0); // (B, z, y, x)
        evaluation.Add(region, predicted.logical_and(truth).sum().item<long>(), predicted.sum().item<long>(), truth.sum().item<long>());
    }

    /// <summary>The images as (B, C, z, y, x), in 2D (B, C, y, x).</summary>
    private Tensor Images(TrainingBatch batch) => tensor(batch.Images, Shape(batch.BatchSize, batch.Channels, batch.Patch)).to(_device);

    /// <summary>The segmentations as (B, 1, z, y, x), in 2D (B, 1, y, x), full resolution first.</summary>
    private Tensor[] Targets(TrainingBatch batch) =>
        [.. batch.Targets.Select((labels, t) => tensor(labels, Shape(batch.BatchSize, 1, batch.TargetExtents[t])).to(_device))];

    private long[] Shape(int samples, int channels, Extent extent) =>
        _network.Dimensions == 2 ? [samples, channels, extent.Y, extent.X] : [samples, channels, extent.Z, extent.Y, extent.X];

    private static StepResult LossFault(double loss) => new(loss, FormattableString.Invariant($"the loss is {loss}"));
}
