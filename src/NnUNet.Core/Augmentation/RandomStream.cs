using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NnUNet.Core.Augmentation;

/// <summary>
/// Random numbers as a pure function of (seed, epoch, iteration, sample): equal keys give equal draws on every machine,
/// thread and run, so that batches do not depend on how many threads make them and a training can go on anywhere.
/// </summary>
/// <remarks>
/// Counter-based generator Philox4x32-10 (Salmon et al., SC 2011): the seed is the key; epoch, iteration, sample and a
/// running block number are the counter. A mutable struct: pass it on by <c>ref</c>, a copy repeats the same draws.
/// </remarks>
public struct RandomStream
{
    private const uint MultiplierA = 0xD2511F53;
    private const uint MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9;
    private const uint WeylB = 0xBB67AE85;
    private const int Rounds = 10;
    private const int BlockWords = 4;

    private readonly ulong _seed;
    private readonly uint _epoch;
    private readonly uint _iteration;
    private readonly uint _sample;
    private uint _block;
    private int _used;
    private Words _words;

    /// <summary>The stream of one sample.</summary>
    /// <param name="seed">The run's seed; all 64 bits count.</param>
    /// <param name="epoch">Epoch from 0 on.</param>
    /// <param name="iteration">Iteration within the epoch from 0 on.</param>
    /// <param name="sample">Sample within the batch from 0 on.</param>
    public RandomStream(long seed, int epoch, int iteration, int sample)
    {
        _seed = unchecked((ulong)seed);
        _epoch = unchecked((uint)epoch);
        _iteration = unchecked((uint)iteration);
        _sample = unchecked((uint)sample);
        _block = 0;
        _used = BlockWords;
        _words = default;
    }

    /// <summary>Another seed for another use of the same run's seed, such as "training" and "validation".</summary>
    /// <remarks>64-bit FNV-1a over the use's characters, then SplitMix64, so that neighbouring seeds give unrelated numbers.</remarks>
    public static long SeedFor(long seed, string use)
    {
        unchecked
        {
            ulong hash = 14695981039346656037UL;
            foreach (char c in use) hash = (hash ^ c) * 1099511628211UL;
            ulong mixed = (ulong)seed + (hash * 0x9E3779B97F4A7C15UL);
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            return (long)(mixed ^ (mixed >> 31));
        }
    }

    /// <summary>32 random bits.</summary>
    public uint NextBits()
    {
        if (_used == BlockWords)
        {
            Span<uint> words = _words;
            Philox((uint)_seed, (uint)(_seed >> 32), _block, _sample, _iteration, _epoch, words);
            _block++;
            _used = 0;
        }

        return _words[_used++];
    }

    /// <summary>Uniform in [0, 1) with 53 random bits.</summary>
    public double NextDouble()
    {
        ulong high = NextBits();
        ulong bits = (high << 21) ^ (NextBits() >> 11);
        return bits * (1.0 / (1UL << 53));
    }

    /// <summary>Uniform in [low, high); <paramref name="low"/> where both are equal.</summary>
    public double Uniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Normal with the given mean and standard deviation.</summary>
    public double Normal(double mean = 0, double standardDeviation = 1)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return mean + (standardDeviation * radius * Math.Cos(2 * Math.PI * NextDouble()));
    }

    /// <summary>An integer from <paramref name="low"/> to <paramref name="high"/> - 1, every one equally likely.</summary>
    /// <exception cref="ArgumentException"><paramref name="high"/> is not greater than <paramref name="low"/>.</exception>
    public int Int(int low, int high)
    {
        if (high <= low) throw new ArgumentException($"there is no integer from {low} to {high} - 1", nameof(high));

        uint range = unchecked((uint)(high - low));
        ulong product = (ulong)NextBits() * range;
        if (unchecked((uint)product) < range)
        {
            uint unfair = unchecked(0u - range) % range;
            while (unchecked((uint)product) < unfair) product = (ulong)NextBits() * range;
        }

        return unchecked(low + (int)(product >> 32));
    }

    /// <summary>True with the given probability: 0 is never, 1 is always.</summary>
    public bool Bool(double probability = 0.5) => NextDouble() < probability;

    /// <summary>The generator itself: four words from a key of two words and a counter of four, least significant first.</summary>
    internal static void Philox(uint key0, uint key1, uint counter0, uint counter1, uint counter2, uint counter3, Span<uint> words)
    {
        unchecked
        {
            for (int round = 0; round < Rounds; round++)
            {
                ulong a = (ulong)MultiplierA * counter0;
                ulong b = (ulong)MultiplierB * counter2;
                counter0 = (uint)(b >> 32) ^ counter1 ^ key0;
                counter2 = (uint)(a >> 32) ^ counter3 ^ key1;
                counter1 = (uint)b;
                counter3 = (uint)a;
                key0 += WeylA;
                key1 += WeylB;
            }
        }

        words[0] = counter0;
        words[1] = counter1;
        words[2] = counter2;
        words[3] = counter3;
    }

    [InlineArray(BlockWords)]
    [StructLayout(LayoutKind.Sequential)]
    private struct Words
    {
        private uint _first;
    }
}
