using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>Which axes of a sample are mirrored.</summary>
/// <param name="Z">Along z.</param>
/// <param name="Y">Along y.</param>
/// <param name="X">Along x.</param>
public readonly record struct MirrorParameters(bool Z, bool Y, bool X);

/// <summary>Mirrors image and segmentation along each allowed axis with probability 1/2.</summary>
/// <remarks>Source: batchgenerators/augmentations/spatial_transformations.py, augment_mirroring.</remarks>
public sealed class MirrorAugmentation : PatchAugmentation<MirrorParameters>
{
    private readonly bool[] _allowed;
    private readonly double _probability;

    /// <summary>Mirroring along some axes.</summary>
    /// <param name="axes">Array axes: 0 = z, 1 = y, 2 = x. In 2D the plane's axes are 1 and 2 here.</param>
    /// <param name="probability">Probability of each axis.</param>
    public MirrorAugmentation(IReadOnlyCollection<int> axes, double probability = 0.5)
    {
        _allowed = [axes.Contains(0), axes.Contains(1), axes.Contains(2)];
        _probability = probability;
    }

    /// <inheritdoc/>
    public override MirrorParameters Draw(ref RandomStream random)
    {
        bool z = _allowed[0] && random.Bool(_probability);
        bool y = _allowed[1] && random.Bool(_probability);
        bool x = _allowed[2] && random.Bool(_probability);
        return new MirrorParameters(z, y, x);
    }

    /// <inheritdoc/>
    public override void Apply(PatchBuffer patch, in MirrorParameters parameters)
    {
        for (int c = 0; c < patch.Channels; c++) Mirror(patch.Channel(c), patch.Extent, parameters);
        Mirror(patch.Segmentation, patch.Extent, parameters);
        if (!patch.PreviousStage.IsEmpty) Mirror(patch.PreviousStage, patch.Extent, parameters);
    }

    /// <inheritdoc/>
    protected override string? Describe(in MirrorParameters parameters) =>
        parameters == default ? null : "mirrored" + (parameters.Z ? " z" : "") + (parameters.Y ? " y" : "") + (parameters.X ? " x" : "");

    private static void Mirror<T>(Span<T> voxels, Extent extent, in MirrorParameters parameters)
        where T : unmanaged
    {
        if (parameters.Z) SwapBlocks(voxels, extent.Z, extent.SliceCount);
        for (int z = 0; z < extent.Z && parameters.Y; z++) SwapBlocks(voxels.Slice(z * extent.SliceCount, extent.SliceCount), extent.Y, extent.X);
        for (int row = 0; row < voxels.Length && parameters.X; row += extent.X) voxels.Slice(row, extent.X).Reverse();
    }

    private static void SwapBlocks<T>(Span<T> voxels, int count, int length)
        where T : unmanaged
    {
        for (int low = 0, high = count - 1; low < high; low++, high--)
        {
            Span<T> a = voxels.Slice(low * length, length);
            Span<T> b = voxels.Slice(high * length, length);
            for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (b[i], a[i]);
        }
    }
}
