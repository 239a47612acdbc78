using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Store;

/// <summary>Draws voxels of each class, from which training takes the centres of its foreground patches.</summary>
/// <remarks>
/// At most 10000 of a class, but at least 1 % of its voxels, drawn by numpy's RandomState(1234) as the original does.
/// Source: nnunet/preprocessing/preprocessing.py, GenericPreprocessor._run_internal.
/// </remarks>
internal static class ClassLocations
{
    private const int Samples = 10_000;
    private const double MinimumShare = 0.01;
    private const uint Seed = 1234;

    /// <summary>The drawn voxels of each class: class -> (n, 3) flattened z, y, x.</summary>
    /// <param name="segmentation">The preprocessed segmentation.</param>
    /// <param name="extent">Its extent (z, y, x).</param>
    /// <param name="classes">The foreground classes in the order of the fingerprint.</param>
    public static SortedDictionary<int, int[]> Draw(ReadOnlySpan<short> segmentation, Extent extent, IEnumerable<int> classes)
    {
        NumpyRandomState random = new(Seed);
        SortedDictionary<int, int[]> locations = [];
        foreach (int label in classes)
        {
            int[] voxels = Voxels(segmentation, label);
            int count = Math.Max(Math.Min(Samples, voxels.Length), (int)Math.Ceiling(voxels.Length * MinimumShare));
            int[] coordinates = new int[count * 3];
            if (count > 0)
            {
                int[] chosen = random.Choice(voxels.Length, count, replace: false);
                for (int i = 0; i < count; i++)
                {
                    int voxel = voxels[chosen[i]];
                    coordinates[i * 3] = voxel / extent.SliceCount;
                    coordinates[(i * 3) + 1] = voxel % extent.SliceCount / extent.X;
                    coordinates[(i * 3) + 2] = voxel % extent.X;
                }
            }

            locations[label] = coordinates;
        }

        return locations;
    }

    private static int[] Voxels(ReadOnlySpan<short> segmentation, int label)
    {
        if (label is < short.MinValue or > short.MaxValue) return [];
        short value = (short)label;
        int[] voxels = new int[segmentation.Count(value)];
        int found = 0;
        for (int i = 0; found < voxels.Length;)
        {
            i += segmentation[i..].IndexOf(value);
            int length = segmentation[i..].IndexOfAnyExcept(value);
            int end = length < 0 ? segmentation.Length : i + length;
            while (i < end) voxels[found++] = i++;
        }

        return voxels;
    }
}
