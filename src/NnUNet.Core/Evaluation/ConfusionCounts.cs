namespace NnUNet.Core.Evaluation;

/// <summary>Voxel counts of a predicted and a reference mask on the same grid.</summary>
/// <param name="TruePositives">In both masks.</param>
/// <param name="FalsePositives">In the prediction only.</param>
/// <param name="FalseNegatives">In the reference only.</param>
/// <param name="TrueNegatives">In neither.</param>
/// <remarks>Source: nnunet/evaluation/metrics.py, ConfusionMatrix.</remarks>
public readonly record struct ConfusionCounts(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    /// <summary>Voxels of the volume.</summary>
    public long Total => TruePositives + FalsePositives + FalseNegatives + TrueNegatives;

    /// <summary>Voxels of the predicted mask.</summary>
    public long Predicted => TruePositives + FalsePositives;

    /// <summary>Voxels of the reference mask.</summary>
    public long Reference => TruePositives + FalseNegatives;
}
