using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>Both masks of a pair in the box around them: distances need no more of the volume.</summary>
internal sealed class CroppedMasks
{
    private CroppedMasks(bool[] predicted, bool[] reference, Extent extent, Spacing spacing, bool flat)
    {
        Predicted = predicted;
        Reference = reference;
        Extent = extent;
        Spacing = spacing;
        Flat = flat;
    }

    /// <summary>The predicted mask (z, y, x).</summary>
    public bool[] Predicted { get; }

    /// <summary>The reference mask (z, y, x).</summary>
    public bool[] Reference { get; }

    /// <summary>The box's voxel counts.</summary>
    public Extent Extent { get; }

    /// <summary>Millimetres between voxel centres, array order.</summary>
    public Spacing Spacing { get; }

    /// <summary>Whether there is no z axis.</summary>
    public bool Flat { get; }

    /// <summary>Cuts the masks out of their label maps; at least one of them must not be empty.</summary>
    public static CroppedMasks Of(MaskPair masks)
    {
        bool[] wanted = Lookup(masks.Label);
        BoundingBox box = BoxAround(masks, wanted);
        return new CroppedMasks(
            Crop(masks.Prediction, wanted, box),
            Crop(masks.Reference, wanted, box),
            box.Size,
            masks.Prediction.Geometry.Spacing,
            masks.Prediction.Geometry.Dimensions == 2);
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

    private static bool[] Crop(Volume<short> labels, bool[] wanted, BoundingBox box)
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
