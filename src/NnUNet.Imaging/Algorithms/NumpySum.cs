using System.Numerics;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Sums with numpy's order of additions, so that their last digits are those of the original's files.</summary>
internal static class NumpySum
{
    private const int Together = 8;
    private const int Block = 128;

    /// <summary><c>numpy.sum</c> of values that lie one after the other: pairwise, eight running sums within 128 values, halves above.</summary>
    /// <typeparam name="T">The type in which numpy adds: float for float32, double for float64.</typeparam>
    /// <param name="values">The values in their order.</param>
    public static T Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>
    {
        if (values.Length < Together)
        {
            T few = T.Zero;
            foreach (T value in values) few += value;
            return few;
        }

        if (values.Length > Block)
        {
            int half = values.Length / 2;
            half -= half % Together;
            return Of(values[..half]) + Of(values[half..]);
        }

        Span<T> sums = stackalloc T[Together];
        values[..Together].CopyTo(sums);
        int i = Together;
        for (; i < values.Length - (values.Length % Together); i += Together)
        {
            for (int k = 0; k < Together; k++) sums[k] += values[i + k];
        }

        T sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
        for (; i < values.Length; i++) sum += values[i];
        return sum;
    }
}
