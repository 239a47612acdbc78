using NnUNet.Imaging;

namespace NnUNet.Core.Export;

/// <summary>A network's class probabilities (K, z, y, x) in the plan's transposed axes, wherever they lie: in memory or in a file.</summary>
/// <remarks>The exporter reads a few rows at a time, so that nothing of the size classes x volume need be in memory.</remarks>
public abstract class ProbabilityMaps
{
    /// <summary>Number of classes K, background included.</summary>
    public abstract int Classes { get; }

    /// <summary>Voxel counts (z, y, x) of each class.</summary>
    public abstract Extent Extent { get; }

    /// <summary>Some consecutive rows of one slice of one class. Called from several threads at the same time.</summary>
    /// <param name="class">The class, from 0.</param>
    /// <param name="z">The slice.</param>
    /// <param name="y">The first row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="scratch">Memory of at least count x X floats that the rows may be read into.</param>
    /// <returns>count x X probabilities: the scratch memory, or the array itself where it is at hand.</returns>
    public abstract ReadOnlySpan<float> Rows(int @class, int z, int y, int count, Span<float> scratch);

    /// <summary>Probabilities in memory (not copied).</summary>
    public static ProbabilityMaps From(MultiChannelArray<float> probabilities) => new InMemory(probabilities);

    private sealed class InMemory(MultiChannelArray<float> probabilities) : ProbabilityMaps
    {
        public override int Classes => probabilities.Channels;

        public override Extent Extent => probabilities.Extent;

        public override ReadOnlySpan<float> Rows(int @class, int z, int y, int count, Span<float> scratch) =>
            probabilities[@class].AsSpan((z * Extent.SliceCount) + (y * Extent.X), count * Extent.X);
    }
}
