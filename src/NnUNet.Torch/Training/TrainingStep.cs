using System.Runtime.InteropServices;
using NnUNet.Imaging;
using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Batches;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training;

/// <summary>One iteration on the device: forward, loss, and for training backward and a step of the optimiser.</summary>
/// <remarks>Call it on the thread that calls torch. Source: nnUNetTrainerV2.py, run_iteration.</remarks>
internal sealed class TrainingStep
{
    private readonly SegmentationNetwork _network;
    private readonly NesterovSgd _optimizer;
    private readonly DeepSupervisionLoss _loss;
    private readonly Device _device;

    /// <summary>The iteration of a training; network and optimiser stay the caller's.</summary>
    public TrainingStep(SegmentationNetwork network, NesterovSgd optimizer, DeepSupervisionLoss loss, Device device)
    {
        _network = network;
        _optimizer = optimizer;
        _loss = loss;
        _device = device;
    }

    /// <summary>Takes one step.</summary>
    /// <returns>The loss before the step.</returns>
    /// <exception cref="DescribedException">The loss or the gradients are not finite; nothing was changed.</exception>
    public double Train(TrainingBatch batch, double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        _optimizer.ZeroGradients();
        Tensor[] outputs = _network.call(Images(batch));
        Tensor loss = _loss.Compute(outputs, Targets(batch));
        double value = loss.item<float>();
        if (!double.IsFinite(value)) throw NotFinite(batch, FormattableString.Invariant($"the loss is {value}"));

        loss.backward();
        double norm = _optimizer.Step(rate);
        return double.IsFinite(norm) ? value : throw NotFinite(batch, FormattableString.Invariant($"the gradients' norm is {norm}"));
    }

    /// <summary>Computes the loss and counts the classes' voxels.</summary>
    /// <exception cref="DescribedException">The loss is not finite.</exception>
    public double Validate(TrainingBatch batch, OnlineEvaluation evaluation)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] outputs = _network.call(Images(batch));
        double value = _loss.Compute(outputs, Targets(batch)).item<float>();
        if (!double.IsFinite(value)) throw NotFinite(batch, FormattableString.Invariant($"the loss is {value}"));

        Tensor predicted = outputs[0].argmax(1).to_type(ScalarType.Int16).cpu().contiguous(); // (B, z, y, x)
        evaluation.Add(MemoryMarshal.Cast<byte, short>(predicted.bytes), batch.Targets[0]);
        return value;
    }

    /// <summary>The images as (B, C, z, y, x), in 2D (B, C, y, x).</summary>
    private Tensor Images(TrainingBatch batch) => tensor(batch.Images, Shape(batch.BatchSize, batch.Channels, batch.Patch)).to(_device);

    /// <summary>The segmentations as (B, 1, z, y, x), in 2D (B, 1, y, x), full resolution first.</summary>
    private Tensor[] Targets(TrainingBatch batch) =>
        [.. batch.Targets.Select((labels, t) => tensor(labels, Shape(batch.BatchSize, 1, batch.TargetExtents[t])).to(_device))];

    private long[] Shape(int samples, int channels, Extent extent) =>
        _network.Dimensions == 2 ? [samples, channels, extent.Y, extent.X] : [samples, channels, extent.Z, extent.Y, extent.X];

    private static DescribedException NotFinite(TrainingBatch batch, string what)
    {
        string kind = batch.Key.Validation ? "validation" : "training";
        return new DescribedException(
            $"epoch {batch.Key.Epoch}, {kind} iteration {batch.Key.Iteration}",
            $"{what} for the cases {string.Join(", ", batch.Cases)}",
            "look at these cases for values that are no numbers or far too large; where they are sound, the rate is too high for this data set");
    }
}
