namespace NnUNet.Imaging.Algorithms;

/// <summary>numpy's legacy random generator <c>np.random.RandomState(seed)</c>: the same draws, bit for bit.</summary>
/// <remarks>
/// A Mersenne Twister (MT19937) seeded by one number. The original's folds and class locations come out of it.
/// Draws advance the state exactly as numpy's do, so mixed sequences of calls agree too. Not thread-safe.
/// Source: numpy/random/mtrand.pyx (1.24).
/// </remarks>
public sealed class NumpyRandomState
{
    private const int StateLength = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[StateLength];
    private int _position = StateLength;
    private double _storedGauss = double.NaN;

    /// <summary>A generator that starts where <c>np.random.RandomState(seed)</c> does.</summary>
    public NumpyRandomState(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < StateLength; i++)
        {
            uint previous = _state[i - 1];
            _state[i] = (1812433253u * (previous ^ (previous >> 30))) + i;
        }
    }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_position == StateLength) Regenerate();
        uint y = _state[_position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    /// <summary>A number in [0, 1) with 53 random bits: <c>random_sample()</c>.</summary>
    public double RandomSample()
    {
        uint high = NextUInt32() >> 5;
        uint low = NextUInt32() >> 6;
        return ((high * 67108864.0) + low) / 9007199254740992.0;
    }

    /// <summary>A number in [low, high): <c>uniform(low, high)</c>.</summary>
    public double Uniform(double low = 0, double high = 1) => low + ((high - low) * RandomSample());

    /// <summary>A whole number in [low, high), without a preference: <c>randint(low, high)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public long Randint(long low, long high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        return low + (long)Interval((ulong)(high - 1) - (ulong)low);
    }

    /// <summary>A draw from the normal distribution by the polar method, as the legacy generator does: <c>normal(mean, standardDeviation)</c>.</summary>
    public double Normal(double mean = 0, double standardDeviation = 1) => mean + (standardDeviation * Gauss());

    /// <summary>Shuffles in place: <c>shuffle(items)</c> of a one-dimensional array.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = (int)Interval((ulong)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order: <c>permutation(count)</c>.</summary>
    public int[] Permutation(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        Shuffle<int>(order);
        return order;
    }

    /// <summary>Draws out of 0 to <paramref name="count"/> - 1: <c>choice(count, size, replace)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to draw from, or not enough without replacement.</exception>
    public int[] Choice(int count, int size, bool replace = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (!replace)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, count);
            return Permutation(count)[..size];
        }

        int[] drawn = new int[size];
        for (int i = 0; i < size; i++) drawn[i] = (int)Randint(0, count);
        return drawn;
    }

    /// <summary>A whole number in [0, <paramref name="largest"/>]: masked bits, drawn again while they are too large. 0 draws nothing.</summary>
    private ulong Interval(ulong largest)
    {
        if (largest == 0) return 0;
        ulong mask = ulong.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(largest);
        ulong value;
        do
        {
            value = (largest <= uint.MaxValue ? NextUInt32() : ((ulong)NextUInt32() << 32) | NextUInt32()) & mask;
        }
        while (value > largest);
        return value;
    }

    private double Gauss()
    {
        if (!double.IsNaN(_storedGauss))
        {
            double stored = _storedGauss;
            _storedGauss = double.NaN;
            return stored;
        }

        double a, b, squared;
        do
        {
            a = (2.0 * RandomSample()) - 1.0;
            b = (2.0 * RandomSample()) - 1.0;
            squared = (a * a) + (b * b);
        }
        while (squared is >= 1.0 or 0.0);
        double factor = Math.Sqrt(-2.0 * Math.Log(squared) / squared);
        _storedGauss = factor * a;
        return factor * b;
    }

    private void Regenerate()
    {
        uint[] s = _state;
        for (int i = 0; i < StateLength; i++)
        {
            uint y = (s[i] & 0x80000000u) | (s[(i + 1) % StateLength] & 0x7fffffffu);
            s[i] = s[(i + Middle) % StateLength] ^ (y >> 1) ^ ((y & 1) == 0 ? 0u : 0x9908b0dfu);
        }

        _position = 0;
    }
}
