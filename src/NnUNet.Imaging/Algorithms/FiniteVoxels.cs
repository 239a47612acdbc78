using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NnUNet.Imaging.Algorithms;

/// <summary>Finds numbers that are not finite, and replaces them: the one place that decides what becomes of them.</summary>
/// <remarks>Found by their bits: all of a float's exponent is set where it is infinite or not a number, and nowhere else.</remarks>
public static class FiniteVoxels
{
    /// <summary>What a voxel that is not finite becomes.</summary>
    /// <remarks>As in the original, whose ITK reads voxels that are not finite as 0, and whose resampling replaces NaN by 0.</remarks>
    public const float Replacement = 0;

    private const int Exponent = 0x7f80_0000;
    private const short HalfExponent = 0x7c00;

    /// <summary>Whether all numbers are finite. One pass over the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AreAll(ReadOnlySpan<float> numbers)
    {
        ReadOnlySpan<Vector<int>> vectors = MemoryMarshal.Cast<float, Vector<int>>(numbers);
        Vector<int> exponent = new(Exponent), found = Vector<int>.Zero;
        foreach (Vector<int> bits in vectors) found |= Vector.Equals(bits & exponent, exponent);
        if (found != Vector<int>.Zero) return false;

        foreach (float number in numbers[(vectors.Length * Vector<int>.Count)..])
        {
            if (!float.IsFinite(number)) return false;
        }

        return true;
    }

    /// <inheritdoc cref="AreAll(ReadOnlySpan{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AreAll(ReadOnlySpan<Half> numbers)
    {
        ReadOnlySpan<Vector<short>> vectors = MemoryMarshal.Cast<Half, Vector<short>>(numbers);
        Vector<short> exponent = new(HalfExponent), found = Vector<short>.Zero;
        foreach (Vector<short> bits in vectors) found |= Vector.Equals(bits & exponent, exponent);
        if (found != Vector<short>.Zero) return false;

        foreach (Half number in numbers[(vectors.Length * Vector<short>.Count)..])
        {
            if (!Half.IsFinite(number)) return false;
        }

        return true;
    }

    /// <summary>Counts the numbers that are not finite.</summary>
    public static NonFiniteCount Count(ReadOnlySpan<float> numbers)
    {
        if (AreAll(numbers)) return default;

        long notANumber = 0, infinite = 0;
        foreach (float number in numbers)
        {
            if (float.IsFinite(number)) continue;
            if (float.IsNaN(number)) notANumber++;
            else infinite++;
        }

        return new NonFiniteCount(notANumber, infinite);
    }

    /// <summary>The voxels with every one that is not finite replaced.</summary>
    /// <param name="voxels">The voxels; not changed.</param>
    /// <param name="replaced">How many were replaced.</param>
    /// <returns>The same array where nothing is to be replaced, otherwise another one.</returns>
    public static float[] Replaced(float[] voxels, out NonFiniteCount replaced)
    {
        replaced = Count(voxels);
        if (replaced.Total == 0) return voxels;

        float[] clean = [.. voxels];
        foreach (ref float voxel in clean.AsSpan())
        {
            if (!float.IsFinite(voxel)) voxel = Replacement;
        }

        return clean;
    }
}
