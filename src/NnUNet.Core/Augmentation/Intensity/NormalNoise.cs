using System.Numerics.Tensors;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>Normally distributed numbers for whole images, a pure function of key, channel and voxel.</summary>
/// <remarks>
/// Box-Muller on the words of <see cref="RandomStream.Philox"/>: within a block of 1024 voxels, voxel i and voxel
/// i + 512 are the cosine and the sine of one pair. 32 bits a number reach 6.8 standard deviations.
/// </remarks>
internal static class NormalNoise
{
    /// <summary>Numbers that are made from one set of vectors, half of them cosines and half sines.</summary>
    public const int Block = 2 * Pairs;

    private const int Pairs = 512;
    private const float ToUnit = 1f / (1UL << 32);

    /// <summary>Sets this stream apart from those that draw parameters.</summary>
    private const uint Use = 0x4E4F4953;

    /// <summary>Adds to every voxel its number times the standard deviation.</summary>
    public static void Add(Span<float> voxels, double standardDeviation, long key, int channel)
    {
        Span<float> radius = stackalloc float[Pairs];
        Span<float> angle = stackalloc float[Pairs];
        Span<float> sine = stackalloc float[Pairs];
        Span<uint> words = stackalloc uint[4];
        for (int start = 0; start < voxels.Length; start += Block)
        {
            for (int i = 0; i < Pairs; i += 2)
            {
                uint counter = (uint)(start + (2 * i)) / 4;
                RandomStream.Philox((uint)key, (uint)(key >> 32), counter, (uint)channel, 0, Use, words);
                radius[i] = (words[0] + 0.5f) * ToUnit;
                radius[i + 1] = (words[1] + 0.5f) * ToUnit;
                angle[i] = words[2] * (2 * MathF.PI * ToUnit);
                angle[i + 1] = words[3] * (2 * MathF.PI * ToUnit);
            }

            TensorPrimitives.Log(radius, radius);
            TensorPrimitives.Multiply(radius, (float)(-2 * standardDeviation * standardDeviation), radius);
            TensorPrimitives.Sqrt(radius, radius);
            TensorPrimitives.SinCos(angle, sine, angle);
            AddProduct(voxels[start..], radius, angle);
            if (voxels.Length - start > Pairs) AddProduct(voxels[(start + Pairs)..], radius, sine);
        }
    }

    private static void AddProduct(Span<float> voxels, ReadOnlySpan<float> radius, ReadOnlySpan<float> direction)
    {
        int count = Math.Min(voxels.Length, Pairs);
        TensorPrimitives.MultiplyAdd(radius[..count], direction[..count], voxels[..count], voxels[..count]);
    }
}
