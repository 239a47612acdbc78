using NnUNet.Core.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Core.Batches;

/// <summary>Where patches are taken from a case: anywhere, or about a voxel of a foreground class. Array order (z, y, x).</summary>
/// <remarks>
/// Source: nnunet/training/dataloading/dataset_loading.py, DataLoader3D and DataLoader2D. The original enlarges its
/// padding for good once it met a small case; here each case is padded as it needs.
/// </remarks>
internal sealed class PatchPositions
{
    private readonly Extent _patch;
    private readonly Extent _final;
    private readonly bool _slices;

    /// <summary>Positions for one patch size.</summary>
    /// <param name="patch">Voxel counts (z, y, x) that are read; z = 1 in 2D.</param>
    /// <param name="final">Voxel counts (z, y, x) that the network sees.</param>
    /// <param name="slices">Whether the patch is a slice (2D): the slice is drawn first.</param>
    public PatchPositions(Extent patch, Extent final, bool slices)
    {
        _patch = patch;
        _final = final;
        _slices = slices;
    }

    /// <summary>The last entries of a batch hold foreground for certain: those from round(0.67 batch) on; never of a batch of one.</summary>
    public static bool IsForced(int sample, int batchSize, double share) => !(sample < Math.Round(batchSize * (1 - share)));

    /// <summary>First and last possible start along an axis, both inclusive.</summary>
    public (int First, int Last) Bounds(int axis, int size)
    {
        int pad = Math.Max(_patch[axis] - _final[axis], _patch[axis] - size);
        int half = pad >> 1;
        int odd = pad & 1;
        return (-half - odd, size + half + odd - _patch[axis]);
    }

    /// <summary>Draws the first voxel of a patch; it may lie outside the case, and the patch may reach beyond it.</summary>
    public Extent Draw(TrainingCase from, bool forced, ref RandomStream random)
    {
        int[] classes = forced ? from.ForegroundClasses() : [];
        if (classes.Length == 0) return DrawAnywhere(from.Extent, ref random);

        int label = classes[random.Int(0, classes.Length)];
        int[] locations = from.ClassLocations[label];
        if (!_slices)
        {
            int any = random.Int(0, locations.Length / 3);
            return About(locations.AsSpan(3 * any, 3), from.Extent);
        }

        SliceIndex index = from.SlicesOf(label);
        ReadOnlySpan<int> voxels = index.VoxelsIn(random.Int(0, index.Slices.Length));
        int voxel = voxels[random.Int(0, voxels.Length)];
        return About(locations.AsSpan(3 * voxel, 3), from.Extent);
    }

    /// <summary>The patch about a voxel: not before the first possible start, but possibly behind the last one.</summary>
    internal Extent About(ReadOnlySpan<int> voxel, Extent size) => new(
        _slices ? voxel[0] : Math.Max(Bounds(0, size.Z).First, voxel[0] - (_patch.Z / 2)),
        Math.Max(Bounds(1, size.Y).First, voxel[1] - (_patch.Y / 2)),
        Math.Max(Bounds(2, size.X).First, voxel[2] - (_patch.X / 2)));

    private Extent DrawAnywhere(Extent size, ref RandomStream random)
    {
        int z = _slices ? random.Int(0, size.Z) : DrawStart(0, size.Z, ref random);
        int y = DrawStart(1, size.Y, ref random);
        return new Extent(z, y, DrawStart(2, size.X, ref random));
    }

    private int DrawStart(int axis, int size, ref RandomStream random)
    {
        (int first, int last) = Bounds(axis, size);
        return random.Int(first, last + 1);
    }
}
