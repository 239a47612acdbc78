using NnUNet.Foundation;
using NnUNet.Torch.Replicas;

namespace NnUNet.Torch.Training.Engine;

/// <summary>True positive, false positive and false negative voxels of each foreground class, or of each region, summed over an epoch's validation batches.</summary>
/// <remarks>Source: nnUNetTrainer.py, run_online_evaluation and finish_online_evaluation.</remarks>
internal sealed class OnlineEvaluation
{
    private readonly long[] _truePositives;
    private readonly long[] _falsePositives;
    private readonly long[] _falseNegatives;

    /// <summary>Sums that continue those of a state.</summary>
    /// <param name="foregroundClasses">Number of classes without the background, or of regions.</param>
    /// <param name="from">The state; its sums may be absent.</param>
    public OnlineEvaluation(int foregroundClasses, TrainingState from)
    {
        _truePositives = from.TruePositives.Count == foregroundClasses ? from.TruePositives.ToArray() : new long[foregroundClasses];
        _falsePositives = from.FalsePositives.Count == foregroundClasses ? from.FalsePositives.ToArray() : new long[foregroundClasses];
        _falseNegatives = from.FalseNegatives.Count == foregroundClasses ? from.FalseNegatives.ToArray() : new long[foregroundClasses];
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
                if (truth > 0) _truePositives[truth - 1]++;
                continue;
            }

            if (prediction > 0) _falsePositives[prediction - 1]++;
            if (truth > 0 && truth <= _falseNegatives.Length) _falseNegatives[truth - 1]++;
        }
    }

    /// <summary>Counts the voxels of an output of its own, which may overlap others.</summary>
    /// <param name="output">Its number, from 0 on.</param>
    /// <param name="both">Voxels that were predicted and are true.</param>
    /// <param name="predicted">Voxels that were predicted.</param>
    /// <param name="truth">Voxels that are true.</param>
    public void Add(int output, long both, long predicted, long truth)
    {
        _truePositives[output] += both;
        _falsePositives[output] += predicted - both;
        _falseNegatives[output] += truth - both;
    }

    /// <summary>Adds what was counted in a batch, by all replicas together.</summary>
    /// <param name="batch">What this replica counted.</param>
    /// <param name="group">The replicas.</param>
    public void Add(OnlineEvaluation batch, ReplicaGroup group)
    {
        long[] sums = group.Sum([.. batch._truePositives, .. batch._falsePositives, .. batch._falseNegatives]);
        int n = _truePositives.Length;
        for (int c = 0; c < n; c++)
        {
            _truePositives[c] += sums[c];
            _falsePositives[c] += sums[n + c];
            _falseNegatives[c] += sums[n + n + c];
        }
    }

    /// <summary>Dice of each class or region over all voxels; NaN where it neither occurred nor was predicted.</summary>
    public ValueArray<double> DicePerClass() =>
        _truePositives.Select((hits, c) => 2.0 * hits / ((2 * hits) + _falsePositives[c] + _falseNegatives[c])).ToValueArray();

    /// <summary>The state with these sums.</summary>
    public TrainingState Into(TrainingState state) => state with
    {
        TruePositives = _truePositives.ToValueArray(),
        FalsePositives = _falsePositives.ToValueArray(),
        FalseNegatives = _falseNegatives.ToValueArray(),
    };
}
