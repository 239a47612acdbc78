using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>Labels at places between voxels: linear interpolation of each label's mask, 0 where no label reaches one half.</summary>
/// <remarks>
/// Labels are written in ascending order where their mask is at least 1/2, so the largest wins a tie. Outside the input
/// the result is 0. Source: batchgenerators/augmentations/utils.py, interpolate_img with is_seg.
/// </remarks>
internal static class LabelSampling
{
    /// <summary>Computes all labels of the output grid.</summary>
    public static void Resample(ReadOnlySpan<short> labels, SamplingRows rows, Span<short> into)
    {
        Extent from = rows.From;
        Extent to = rows.To;
        into.Clear();
        if (rows.SliceWise)
        {
            for (int y = 0; y < to.Y; y++)
            {
                for ((int first, int end) = rows.MoveTo(0, y); end > first; (first, end) = rows.Next(end))
                {
                    for (int z = 0; z < to.Z; z++)
                    {
                        Row(labels.Slice(z * from.SliceCount, from.SliceCount), from, rows, first, end, into.Slice(((z * to.Y) + y) * to.X, to.X));
                    }
                }
            }

            return;
        }

        for (int z = 0; z < to.Z; z++)
        {
            for (int y = 0; y < to.Y; y++)
            {
                for ((int first, int end) = rows.MoveTo(z, y); end > first; (first, end) = rows.Next(end))
                {
                    Row(labels, from, rows, first, end, into.Slice(((z * to.Y) + y) * to.X, to.X));
                }
            }
        }
    }

    private static void Row(ReadOnlySpan<short> labels, Extent from, SamplingRows rows, int first, int end, Span<short> into)
    {
        ReadOnlySpan<int> cellZ = rows.Cell(0);
        ReadOnlySpan<int> cellY = rows.Cell(1);
        ReadOnlySpan<int> cellX = rows.Cell(2);
        ReadOnlySpan<double> fractionZ = rows.Fraction(0);
        ReadOnlySpan<double> fractionY = rows.Fraction(1);
        ReadOnlySpan<double> fractionX = rows.Fraction(2);
        Span<short> corners = stackalloc short[8];
        for (int x = first; x < end; x++)
        {
            int corner = (((cellZ[x] * from.Y) + cellY[x]) * from.X) + cellX[x];

            // A place exactly on the last plane has no neighbour beyond; its weight is 0.
            int stepZ = fractionZ[x] > 0 ? from.SliceCount : 0;
            int stepY = fractionY[x] > 0 ? from.X : 0;
            int stepX = fractionX[x] > 0 ? 1 : 0;
            short label = labels[corner];
            corners[0] = label;
            corners[1] = labels[corner + stepX];
            corners[2] = labels[corner + stepY];
            corners[3] = labels[corner + stepY + stepX];
            corners[4] = labels[corner + stepZ];
            corners[5] = labels[corner + stepZ + stepX];
            corners[6] = labels[corner + stepZ + stepY];
            corners[7] = labels[corner + stepZ + stepY + stepX];
            int different = (corners[1] ^ label) | (corners[2] ^ label) | (corners[3] ^ label) | (corners[4] ^ label)
                | (corners[5] ^ label) | (corners[6] ^ label) | (corners[7] ^ label);
            into[x] = different == 0 ? label : Mixed(corners, fractionZ[x], fractionY[x], fractionX[x]);
        }
    }

    private static short Mixed(ReadOnlySpan<short> corners, double z, double y, double x)
    {
        ReadOnlySpan<double> weights =
        [
            (1 - z) * (1 - y) * (1 - x), (1 - z) * (1 - y) * x, (1 - z) * y * (1 - x), (1 - z) * y * x,
            z * (1 - y) * (1 - x), z * (1 - y) * x, z * y * (1 - x), z * y * x,
        ];
        short best = short.MinValue;
        for (int i = 0; i < corners.Length; i++)
        {
            if (corners[i] <= best) continue;

            double share = 0;
            for (int j = 0; j < corners.Length; j++)
            {
                if (corners[j] == corners[i]) share += weights[j];
            }

            if (share >= 0.5) best = corners[i];
        }

        return best == short.MinValue ? (short)0 : best;
    }
}
