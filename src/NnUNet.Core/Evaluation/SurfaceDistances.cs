using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>Distances in millimetres from each surface voxel of one mask to the nearest surface voxel of the other, both ways.</summary>
/// <remarks>
/// A surface voxel is one with a face neighbour outside the mask; beyond the volume counts as outside. Images of two
/// dimensions have four neighbours and no z distance. Source: medpy.metric.binary, __surface_distances, connectivity 1.
/// </remarks>
public sealed class SurfaceDistances
{
    private readonly double[] _sorted;

    private SurfaceDistances(double[] fromPrediction, double[] fromReference)
    {
        MeanFromPrediction = fromPrediction.Sum() / fromPrediction.Length;
        MeanFromReference = fromReference.Sum() / fromReference.Length;
        Mean = (fromPrediction.Sum() + fromReference.Sum()) / (fromPrediction.Length + fromReference.Length);
        _sorted = [.. fromPrediction, .. fromReference];
        Array.Sort(_sorted);
    }

    /// <summary>Both directions' distances in ascending order.</summary>
    public ReadOnlySpan<double> Joint => _sorted;

    /// <summary>The largest of all distances.</summary>
    public double Maximum => _sorted[^1];

    /// <summary>The mean of both directions' joint list.</summary>
    public double Mean { get; }

    /// <summary>The mean from the prediction's surface to the reference's.</summary>
    public double MeanFromPrediction { get; }

    /// <summary>The mean from the reference's surface to the prediction's.</summary>
    public double MeanFromReference { get; }

    /// <summary>A percentile of both directions' joint list, linear between neighbours (numpy's default).</summary>
    /// <param name="percent">0 to 100.</param>
    public double Percentile(double percent)
    {
        double index = percent / 100 * (_sorted.Length - 1);
        int below = (int)Math.Floor(index);
        double share = index - below;
        double low = _sorted[below], high = _sorted[Math.Min(below + 1, _sorted.Length - 1)];
        // numpy measures from the nearer neighbour.
        return share >= 0.5 ? high - ((high - low) * (1 - share)) : low + ((high - low) * share);
    }

    /// <summary>The distances of a pair, computed in the box around both masks.</summary>
    internal static SurfaceDistances Between(MaskPair masks, CancellationToken cancel)
    {
        CroppedMasks cropped = CroppedMasks.Of(masks);
        List<int> predicted = SurfaceVoxels(cropped.Predicted, cropped.Extent, cropped.Flat);
        List<int> reference = SurfaceVoxels(cropped.Reference, cropped.Extent, cropped.Flat);
        double[] fromPrediction = DistanceTransform.To(reference, cropped.Extent, cropped.Spacing, predicted, cancel);
        double[] fromReference = DistanceTransform.To(predicted, cropped.Extent, cropped.Spacing, reference, cancel);
        return new SurfaceDistances(fromPrediction, fromReference);
    }

    /// <summary>Positions (flattened z, y, x) of the mask's voxels that have a face neighbour outside it.</summary>
    internal static List<int> SurfaceVoxels(ReadOnlySpan<bool> mask, Extent extent, bool flat)
    {
        List<int> surface = [];
        int slice = extent.SliceCount;
        for (int z = 0, i = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                for (int x = 0; x < extent.X; x++, i++)
                {
                    if (!mask[i]) continue;
                    bool inside = x > 0 && mask[i - 1] && x < extent.X - 1 && mask[i + 1]
                        && y > 0 && mask[i - extent.X] && y < extent.Y - 1 && mask[i + extent.X]
                        && (flat || (z > 0 && mask[i - slice] && z < extent.Z - 1 && mask[i + slice]));
                    if (!inside) surface.Add(i);
                }
            }
        }

        return surface;
    }
}
