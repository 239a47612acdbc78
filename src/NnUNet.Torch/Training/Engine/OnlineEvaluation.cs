using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Engine;

/// <summary>Voxels of each foreground class that were found, invented and missed, summed over an epoch's validation batches.</summary>
/// <remarks>Source: nnUNetTrainer.py, run_online_evaluation and finish_online_evaluation.</remarks>
internal sealed class OnlineEvaluation
{
    private readonly long[] _found;
    private readonly long[] _invented;
    private readonly long[] _missed;

    /// <summary>Sums that go on from those of a state.</summary>
    /// <param name="foregroundClasses">Number of classes without the background.</param>
    /// <param name="from">The state; its sums may be absent.</param>
    public OnlineEvaluation(int foregroundClasses, TrainingState from)
    {
        _found = from.TruePositives.Count == foregroundClasses ? from.TruePositives.ToArray() : new long[foregroundClasses];
        _invented = from.FalsePositives.Count == foregroundClasses ? from.FalsePositives.ToArray() : new long[foregroundClasses];
        _missed = from.FalseNegatives.Count == foregroundClasses ? from.FalseNegatives.ToArray() : new long[foregroundClasses];
    }

    /// <summary>Counts the voxels of a batch.</summary>
    /// <param name="predicted">The predicted class of each voxel.</param>
    /// <param name="target">The true class of each voxel.</param>
    public void Add(ReadOnlySpan<short> predicted, ReadOnlySpan<short> target)
    {
        if (predicted.Length != target.Length) throw new ArgumentException($"{predicted.Length} predicted voxels, but {target.Length} true ones", nameof(target));

        for (int i = 0; i < predicted.Length; i++)
        {
            int prediction = predicted[i];
            int truth = target[i];
            if (prediction == truth)
            {
                if (truth > 0) _found[truth - 1]++;
                continue;
            }

            if (prediction > 0) _invented[prediction - 1]++;
            if (truth > 0 && truth <= _missed.Length) _missed[truth - 1]++;
        }
    }

    /// <summary>Dice of each class over all voxels; NaN where the class neither occurred nor was predicted.</summary>
    public ValueArray<double> DicePerClass() =>
        _found.Select((found, c) => 2.0 * found / ((2 * found) + _invented[c] + _missed[c])).ToValueArray();

    /// <summary>The state with these sums.</summary>
    public TrainingState Into(TrainingState state) => state with
    {
        TruePositives = _found.ToValueArray(),
        FalsePositives = _invented.ToValueArray(),
        FalseNegatives = _missed.ToValueArray(),
    };
}
