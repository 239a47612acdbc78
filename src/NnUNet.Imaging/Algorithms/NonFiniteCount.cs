using System.Globalization;

namespace NnUNet.Imaging.Algorithms;

/// <summary>How many numbers are none, or have no end.</summary>
/// <param name="NotANumber">Those that are not a number (NaN).</param>
/// <param name="Infinite">Those that are infinite; a stored number beyond the range of float32 becomes infinite when it is read.</param>
public readonly record struct NonFiniteCount(long NotANumber, long Infinite)
{
    /// <summary>All of them.</summary>
    public long Total => NotANumber + Infinite;

    /// <summary>The counts in words, such as "3 voxels are not a number (NaN), 1 is infinite or beyond the range of float32".</summary>
    /// <param name="noun">What is counted, in the plural.</param>
    public string Describe(string noun)
    {
        string infinite = $"{(Infinite == 1 ? "is" : "are")} infinite or beyond the range of float32";
        if (NotANumber == 0) return $"{Number(Infinite, noun)} {infinite}";

        string none = $"{Number(NotANumber, noun)} {(NotANumber == 1 ? "is" : "are")} not a number (NaN)";
        return Infinite == 0 ? none : string.Create(CultureInfo.InvariantCulture, $"{none}, {Infinite} {infinite}");
    }

    private static string Number(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun[..^1] : noun)}");
}
