using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Imaging;

namespace NnUNet.Core.Cascade;

/// <summary>The low resolution's segmentation of a case on the grid of the cascade's second stage.</summary>
/// <remarks>
/// Every class is resized in 3D, whatever the spacing, and the most probable one taken (the lowest of equal ones); there is no
/// postprocessing. Works block by block as the export does, so that nothing of the size classes x volume is made.
/// Source: nnunet/training/cascade_stuff/predict_next_stage.py.
/// </remarks>
public static class NextStageSegmentation
{
    /// <summary>The labels on the second stage's grid.</summary>
    /// <param name="probabilities">The networks' outputs (K, z, y, x) on the low resolution's grid, in the model's transposed axes.</param>
    /// <param name="target">Voxel counts (z, y, x) of the case in the second stage.</param>
    /// <param name="contract">The low resolution's contract: the order of interpolation, and how outputs become labels.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <returns>One label per voxel of the target, z slowest.</returns>
    public static short[] Resample(ProbabilityMaps probabilities, Extent target, ModelContract contract, CancellationToken cancel = default)
    {
        short[] labels = new short[target.Count];
        ExportGrid grid = ExportGrid.Between(probabilities.Extent, target, contract.Preprocessing.Outputs.Order);
        SegmentationExporter.Decide(probabilities, grid, LabelRule.Of(contract), threads: 0, labels, null, cancel);
        return labels;
    }
}
