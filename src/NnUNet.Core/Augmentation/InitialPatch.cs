using NnUNet.Imaging;

namespace NnUNet.Core.Augmentation;

/// <summary>The larger patch that is read so that a rotated and scaled one is filled.</summary>
public static class InitialPatch
{
    /// <summary>Voxel counts (z, y, x) of the larger patch.</summary>
    /// <param name="patch">Voxel counts (z, y, x) that the network sees.</param>
    /// <param name="maxAngle">Largest angle in radians around each axis; more than 90 degrees count as 90.</param>
    /// <param name="smallestScale">Smallest scale that the patch is divided by.</param>
    /// <param name="sliceWise">Whether only y and x rotate and grow, by the angle around z.</param>
    /// <remarks>
    /// Example: 40x56x40 with 30 degrees and 0.85 gives 73x80x64. The corner of the patch is rotated by each angle alone;
    /// only this one corner counts, as in the original, so negative angles may need more.
    /// Source: nnunet/training/data_augmentation/default_data_augmentation.py, get_patch_size.
    /// </remarks>
    public static Extent For(Extent patch, AxisValues maxAngle, double smallestScale, bool sliceWise)
    {
        (double sz, double cz) = SinCos(maxAngle.Z);
        double y = Math.Max(patch.Y, Math.Abs((patch.Y * cz) + (patch.X * sz)));
        double x = Math.Max(patch.X, Math.Abs((patch.X * cz) - (patch.Y * sz)));
        if (sliceWise) return new Extent(patch.Z, (int)(y / smallestScale), (int)(x / smallestScale));

        (double sy, double cy) = SinCos(maxAngle.Y);
        (double sx, double cx) = SinCos(maxAngle.X);
        double z = Math.Max(patch.Z, Math.Abs((patch.Z * cy) - (patch.X * sy)));
        x = Math.Max(x, Math.Abs((patch.Z * sy) + (patch.X * cy)));
        z = Math.Max(z, Math.Abs((patch.Z * cx) + (patch.Y * sx)));
        y = Math.Max(y, Math.Abs((patch.Y * cx) - (patch.Z * sx)));
        return new Extent((int)(z / smallestScale), (int)(y / smallestScale), (int)(x / smallestScale));
    }

    private static (double Sin, double Cos) SinCos(double angle) => Math.SinCos(Math.Min(Math.PI / 2, Math.Abs(angle)));
}
