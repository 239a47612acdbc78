using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>A network's class probabilities (K, z, y, x) in the plan's transposed axes, wherever they lie: in memory or in a file.</summary>
/// <remarks>The exporter reads a few rows at a time, so that nothing of the size classes x volume need be in memory.</remarks>
public abstract class ProbabilityMaps
{
    /// <summary>Number of classes K, background included.</summary>
    public abstract int Classes { get; }

    /// <summary>Voxel counts (z, y, x) of each class.</summary>
    public abstract Extent Extent { get; }

    /// <summary>Some rows of one class. Called from several threads at the same time.</summary>
    /// <param name="class">The class, from 0.</param>
    /// <param name="wanted">The slices and rows that are needed.</param>
    /// <param name="scratch">Memory of at least as many floats as are wanted, into which they may be read.</param>
    /// <param name="given">The slices and rows that are returned: at least those that are wanted.</param>
    /// <returns>Probabilities packed (z, y, x): the scratch memory, or the array itself where it is in memory.</returns>
    public abstract ReadOnlySpan<float> Rows(int @class, RowBlock wanted, Span<float> scratch, out RowBlock given);

    /// <summary>Probabilities in memory (not copied).</summary>
    public static ProbabilityMaps From(MultiChannelArray<float> probabilities) => new InMemory(probabilities);

    /// <summary>Probabilities in a mapped file; the map stays the caller's and must live as long as this.</summary>
    /// <exception cref="ArgumentException">The array does not have the axes (K, z, y, x).</exception>
    public static ProbabilityMaps From(NpyMap<Half> probabilities) => new MappedProbabilities(probabilities);

    private sealed class InMemory(MultiChannelArray<float> probabilities) : ProbabilityMaps
    {
        public override int Classes => probabilities.Channels;

        public override Extent Extent => probabilities.Extent;

        public override ReadOnlySpan<float> Rows(int @class, RowBlock wanted, Span<float> scratch, out RowBlock given)
        {
            given = new RowBlock(0, Extent.Z, 0, Extent.Y);
            return probabilities[@class];
        }
    }
}
