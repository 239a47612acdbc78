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
        bool[] wanted = Lookup(masks.Label);
        BoundingBox box = BoxAround(masks, wanted);
        bool flat = masks.Prediction.Geometry.Dimensions == 2;
        Spacing spacing = masks.Prediction.Geometry.Spacing;

        List<int> predicted = SurfaceVoxels(CutOut(masks.Prediction, wanted, box), box.Size, flat);
        List<int> reference = SurfaceVoxels(CutOut(masks.Reference, wanted, box), box.Size, flat);
        double[] fromPrediction = DistanceTransform.To(reference, box.Size, spacing, predicted, cancel);
        double[] fromReference = DistanceTransform.To(predicted, box.Size, spacing, reference, cancel);
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

    private static bool[] Lookup(EvaluationLabel label)
    {
        bool[] wanted = new bool[ushort.MaxValue + 1];
        foreach (int value in label.Values)
        {
            if (value is >= short.MinValue and <= short.MaxValue) wanted[(ushort)value] = true;
        }

        return wanted;
    }

    private static BoundingBox BoxAround(MaskPair masks, bool[] wanted)
    {
        Extent extent = masks.Prediction.Extent;
        (int z0, int y0, int x0, int z1, int y1, int x1) = (extent.Z, extent.Y, extent.X, 0, 0, 0);
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                ReadOnlySpan<short> predicted = masks.Prediction.Row(z, y), reference = masks.Reference.Row(z, y);
                for (int x = 0; x < extent.X; x++)
                {
                    if (!wanted[(ushort)predicted[x]] && !wanted[(ushort)reference[x]]) continue;
                    (z0, y0, x0) = (Math.Min(z0, z), Math.Min(y0, y), Math.Min(x0, x));
                    (z1, y1, x1) = (Math.Max(z1, z + 1), Math.Max(y1, y + 1), Math.Max(x1, x + 1));
                }
            }
        }

        return new BoundingBox(new Extent(z0, y0, x0), new Extent(z1 - z0, y1 - y0, x1 - x0));
    }

    private static bool[] CutOut(Volume<short> labels, bool[] wanted, BoundingBox box)
    {
        bool[] mask = new bool[box.Size.Count];
        for (int z = 0, i = 0; z < box.Size.Z; z++)
        {
            for (int y = 0; y < box.Size.Y; y++)
            {
                foreach (short label in labels.Row(box.Start.Z + z, box.Start.Y + y).Slice(box.Start.X, box.Size.X)) mask[i++] = wanted[(ushort)label];
            }
        }

        return mask;
    }
}
