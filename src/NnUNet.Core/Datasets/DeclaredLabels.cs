using System.Globalization;
using System.Numerics;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets;

/// <summary>The labels that a data set declares, and the one check of segmentations against them, wherever segmentations are read.</summary>
/// <param name="labels">The labels, the background included.</param>
public sealed class DeclaredLabels(IEnumerable<int> labels)
{
    // A file with more values than a data set has labels is an image.
    private const int MostNamed = 5;
    private const int GreyValues = 20;
    private const int White = 255;

    private readonly int[] _labels = [.. labels.Order()];

    /// <summary>The labels of a data set.</summary>
    public static DeclaredLabels Of(DatasetDescription description) => new(description.LabelValues.Append(0).Distinct());

    /// <summary>What is wrong with a segmentation's values: one fault, however many there are; null when nothing is.</summary>
    /// <param name="file">The segmentation's file, for the message.</param>
    /// <param name="segmentation">Its voxels.</param>
    public DatasetFault? FaultIn(string file, Volume<short> segmentation) => FaultIn(file, Count(segmentation.Voxels));

    /// <summary>What is wrong with the values of a segmentation; null when nothing is.</summary>
    /// <param name="file">The segmentation's file, for the message.</param>
    /// <param name="counts">Its values with the numbers of their voxels.</param>
    internal DatasetFault? FaultIn(string file, SortedDictionary<int, long> counts)
    {
        (int Value, long Voxels)[] others = [.. counts.Where(c => Array.BinarySearch(_labels, c.Key) < 0).Select(static c => (c.Key, c.Value))];
        if (others.Length == 0) return null;

        string declared = $"{DatasetDescription.FileName} ({string.Join(", ", _labels)})";
        string named = string.Join(", ", others.Take(MostNamed).Select(static o => string.Create(CultureInfo.InvariantCulture, $"{o.Value} ({o.Voxels} voxels)")));
        if (others.Length > GreyValues)
        {
            return new DatasetFault(
                file,
                string.Create(CultureInfo.InvariantCulture, $"it has {others.Length} values from {others[0].Value} to {others[^1].Value} in {others.Sum(static o => o.Voxels)} voxels that are not in {declared}: {named}, …"),
                "this looks like an image; give the segmentation");
        }

        string what = others.Length == 1 ? $"label {named} is not in {declared}" : $"labels {named}{(others.Length > MostNamed ? $" and {others.Length - MostNamed} more" : "")} are not in {declared}";
        return new DatasetFault(file, what, Remedy(others[0].Value, others[^1].Value, others.Length));
    }

    /// <summary>The values of a segmentation with the numbers of their voxels.</summary>
    internal static SortedDictionary<int, long> Count(ReadOnlySpan<short> voxels) => CountRuns(voxels);

    /// <summary>The values of a segmentation with the numbers of their voxels.</summary>
    internal static SortedDictionary<int, long> Count(ReadOnlySpan<int> voxels) => CountRuns(voxels);

    private static SortedDictionary<int, long> CountRuns<T>(ReadOnlySpan<T> voxels)
        where T : unmanaged, IBinaryInteger<T>
    {
        SortedDictionary<int, long> counts = [];
        for (int start = 0; start < voxels.Length;)
        {
            // Labels come in long runs.
            int value = int.CreateChecked(voxels[start]);
            int length = voxels[start..].IndexOfAnyExcept(voxels[start]) is >= 0 and int end ? end : voxels.Length - start;
            counts[value] = counts.GetValueOrDefault(value) + length;
            start += length;
        }

        return counts;
    }

    private static string Remedy(int least, int most, int count) =>
        least < 0 ? "labels are 0 (background), 1, 2, …; give these voxels one of them"
        : count == 1 && most == White ? $"a mask of 0 and {White} must become one of 0 and 1; correct the file"
        : "add it there or correct the file";
}
