using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>Segmentations at the resolutions of the network's outputs: each voxel is one voxel of the full resolution.</summary>
/// <remarks>
/// Source: nnunet/training/data_augmentation/downsampling.py, downsample_seg_for_ds_transform2 with order 0, which takes
/// voxel floor((i + 1/2) n / m) of an axis that shrinks from n to m.
/// </remarks>
internal sealed class DeepSupervisionTargets
{
    private readonly int[][][] _sources;

    /// <summary>Targets for a network's outputs.</summary>
    /// <param name="patch">Voxel counts (z, y, x) of the full resolution; z = 1 in 2D.</param>
    /// <param name="strides">By how much each output is smaller, one number per axis of the network's input.</param>
    public static DeepSupervisionTargets ForOutputs(Extent patch, IEnumerable<ValueArray<int>> strides) =>
        new(patch, [.. strides.Select(static s => new AxisScales(s.Count == 2 ? 1 : 1.0 / s[0], 1.0 / s[^2], 1.0 / s[^1]))]);

    /// <summary>Targets at given scales of a patch.</summary>
    public DeepSupervisionTargets(Extent patch, IReadOnlyList<AxisScales> scales)
    {
        Full = patch;
        Extents = [.. scales.Select(s => new Extent(Scaled(patch.Z, s.Z), Scaled(patch.Y, s.Y), Scaled(patch.X, s.X)))];
        _sources = [.. Extents.Select(e => new[] { Sources(patch.Z, e.Z), Sources(patch.Y, e.Y), Sources(patch.X, e.X) })];
    }

    /// <summary>Voxel counts (z, y, x) of the full resolution.</summary>
    public Extent Full { get; }

    /// <summary>Voxel counts (z, y, x) of each target, full resolution first.</summary>
    public IReadOnlyList<Extent> Extents { get; }

    /// <summary>Computes one target; negative labels become 0.</summary>
    public void Compute(ReadOnlySpan<short> labels, int target, Span<short> into)
    {
        int[] zs = _sources[target][0];
        int[] ys = _sources[target][1];
        int[] xs = _sources[target][2];
        int i = 0;
        foreach (int z in zs)
        {
            foreach (int y in ys)
            {
                ReadOnlySpan<short> row = labels.Slice(((z * Full.Y) + y) * Full.X, Full.X);
                foreach (int x in xs) into[i++] = Math.Max((short)0, row[x]);
            }
        }
    }

    private static int Scaled(int count, double scale) => (int)Math.Round(count * scale);

    private static int[] Sources(int count, int target) =>
        [.. Enumerable.Range(0, target).Select(i => Math.Min(count - 1, (int)Math.Floor((i + 0.5) * ((double)count / target))))];
}

/// <summary>Size of a target relative to the full resolution along each axis (z, y, x), at most 1.</summary>
internal readonly record struct AxisScales(double Z, double Y, double X);
