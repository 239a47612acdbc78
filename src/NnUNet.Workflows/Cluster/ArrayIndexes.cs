using System.Globalization;

namespace NnUNet.Workflows.Cluster;

/// <summary>The numbers of an array's elements as Slurm writes them.</summary>
internal static class ArrayIndexes
{
    /// <summary>For example <c>0-2,5</c> of 0, 1, 2 and 5.</summary>
    public static string Of(IEnumerable<int> indexes)
    {
        List<(int First, int Last)> ranges = [];
        foreach (int index in indexes.Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last == index - 1) ranges[^1] = (ranges[^1].First, index);
            else ranges.Add((index, index));
        }

        return string.Join(',', ranges.Select(static r => string.Create(CultureInfo.InvariantCulture, $"{r.First}{(r.Last > r.First ? $"-{r.Last}" : "")}")));
    }
}
