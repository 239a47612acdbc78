namespace NnUNet.Core.Fingerprints;

/// <summary>
/// The values that would stand at some places if all were sorted, found without sorting: one pass counts the upper halves of the
/// values' bits, a second one the lower halves of those that share their upper half with a wanted value.
/// </summary>
internal static class RankSelection
{
    private const int HalfBits = 16;
    private const int Halves = 1 << HalfBits;

    /// <summary>The values at the given places of the ascending order.</summary>
    /// <param name="values">The values, in any order; no NaN.</param>
    /// <param name="ranks">Places from 0, in any order.</param>
    public static float[] Select(ReadOnlySpan<float> values, ReadOnlySpan<int> ranks)
    {
        int[] upper = new int[Halves];
        foreach (float value in values) upper[Key(value) >> HalfBits]++;

        // For each rank its upper half, and its place among the values that share it.
        (int Half, int Rank)[] wanted = new (int, int)[ranks.Length];
        for (int i = 0; i < ranks.Length; i++) wanted[i] = Find(upper, ranks[i]);

        int[]?[] lower = new int[]?[Halves];
        foreach ((int half, _) in wanted) lower[half] ??= new int[Halves];
        foreach (float value in values)
        {
            uint key = Key(value);
            if (lower[key >> HalfBits] is { } counts) counts[key & (Halves - 1)]++;
        }

        return [.. wanted.Select(w => Value(((uint)w.Half << HalfBits) | (uint)Find(lower[w.Half]!, w.Rank).Half))];
    }

    /// <summary>The plain twin of <see cref="Select"/>: what it must compute.</summary>
    internal static float[] Reference(ReadOnlySpan<float> values, ReadOnlySpan<int> ranks)
    {
        float[] sorted = values.ToArray();
        Array.Sort(sorted);
        return [.. ranks.ToArray().Select(r => sorted[r])];
    }

    /// <summary>The half whose count reaches beyond a rank, and what of the rank is left within it.</summary>
    private static (int Half, int Rank) Find(int[] counts, int rank)
    {
        int half = 0;
        while (rank >= counts[half]) rank -= counts[half++];
        return (half, rank);
    }

    /// <summary>Bits whose order as a number is the order of the floats: a negative number's are turned round.</summary>
    private static uint Key(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return bits ^ ((uint)((int)bits >> 31) | 0x8000_0000);
    }

    private static float Value(uint key) => BitConverter.UInt32BitsToSingle((key & 0x8000_0000) != 0 ? key ^ 0x8000_0000 : ~key);
}
