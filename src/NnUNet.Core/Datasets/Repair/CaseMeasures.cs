using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Measures images and segmentations for the checks, in one pass and little memory.</summary>
internal static class CaseMeasures
{
    // A share of the voxels is enough for percentiles.
    private const int Sample = 100_000;

    /// <summary>What the checks want to know of an image.</summary>
    /// <param name="file">Its file in the copy.</param>
    /// <param name="volume">Its voxels (z, y, x).</param>
    public static ImageFacts Of(string file, Volume<float> volume)
    {
        float[] voxels = volume.Voxels;
        bool constant = voxels.AsSpan().IndexOfAnyExcept(voxels[0]) < 0;

        // An odd step does not meet the same column of every row.
        int step = Math.Max(1, voxels.Length / Sample) | 1;
        List<float> some = new((voxels.Length / step) + 1);
        for (int i = 0; i < voxels.Length; i += step)
        {
            if (float.IsFinite(voxels[i])) some.Add(voxels[i]);
        }

        some.Sort();
        float[] nonzero = [.. some.Where(static v => v != 0)];
        return new ImageFacts
        {
            File = file,
            Spacing = volume.Geometry.Spacing.ToArray().ToValueArray(),
            Low = At(some, 0.01),
            Median = At(nonzero, 0.5),
            High = At(some, 0.99),
            Constant = constant && float.IsFinite(voxels[0]) ? voxels[0] : null,
            Hash = Hash(volume),
        };
    }

    /// <summary>Where each foreground label of a segmentation (z, y, x) lies.</summary>
    public static ValueArray<LabelFacts> Of(Volume<short> labels)
    {
        SortedDictionary<short, (long Count, double X, double Y, double Z)> sums = [];
        Extent extent = labels.Extent;
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                ReadOnlySpan<short> row = labels.Row(z, y);
                for (int start = 0; start < row.Length;)
                {
                    // Labels come in long runs.
                    short label = row[start];
                    int end = row[start..].IndexOfAnyExcept(label) is >= 0 and int length ? start + length : row.Length;
                    if (label > 0)
                    {
                        (long count, double sumX, double sumY, double sumZ) = sums.GetValueOrDefault(label);
                        long own = end - start;
                        sums[label] = (count + own, sumX + (own * (start + end - 1) / 2.0), sumY + (own * (double)y), sumZ + (own * (double)z));
                    }

                    start = end;
                }
            }
        }

        return sums.Select(s => new LabelFacts { Label = s.Key, Offset = Offset(labels, [s.Value.X / s.Value.Count, s.Value.Y / s.Value.Count, s.Value.Z / s.Value.Count]) }).ToValueArray();
    }

    /// <summary>From the centre of an image to a voxel, in halves of the image's size along each axis of the world.</summary>
    private static ValueArray<double> Offset(Volume<short> labels, double[] voxel)
    {
        ImageGeometry geometry = labels.Geometry;
        int[] counts = [labels.Extent.X, labels.Extent.Y, labels.Extent.Z];
        double[] offset = new double[3];
        for (int world = 0; world < 3; world++)
        {
            double half = 0;
            for (int axis = 0; axis < 3; axis++)
            {
                double step = geometry.ItkDirection[(3 * world) + axis] * geometry.ItkSpacing[axis];
                offset[world] += step * (voxel[axis] - ((counts[axis] - 1) / 2.0));
                half += Math.Abs(step) * counts[axis] / 2;
            }

            offset[world] = Math.Round(offset[world] / half, 6);
        }

        return offset.ToValueArray();
    }

    private static string Hash(Volume<float> volume)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(volume.Extent.ToArray().AsSpan()));
        for (int z = 0; z < volume.Extent.Z; z++) hash.AppendData(MemoryMarshal.AsBytes(volume.Slice(z)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static double At(IReadOnlyList<float> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)(share * (sorted.Count - 1))];
}
