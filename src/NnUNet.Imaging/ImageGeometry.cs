using NnUNet.Foundation;

namespace NnUNet.Imaging;

/// <summary>
/// Where the voxels of an image lie in the patient, in ITK's terms: world axes are LPS (left, posterior, superior) and
/// all vectors here are in <b>file order (x, y, z)</b>, exactly as ITK, the original and its properties files state them.
/// </summary>
/// <remarks>
/// The array-order view is <see cref="Spacing"/>. A 2D image has <see cref="Dimensions"/> 2; its vectors still have three
/// entries here, with z the identity.
/// </remarks>
public sealed record ImageGeometry
{
    /// <summary>The identity: 1 mm, origin 0, axes along x, y, z.</summary>
    public static ImageGeometry Identity { get; } = new()
    {
        ItkSpacing = [1, 1, 1],
        ItkOrigin = [0, 0, 0],
        ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
    };

    /// <summary>Axes that the file has: 2 or 3.</summary>
    /// <value>3.</value>
    public int Dimensions { get; init; } = 3;

    /// <summary>Millimetres between voxel centres, file order (x, y, z).</summary>
    public required ValueArray<double> ItkSpacing { get; init; }

    /// <summary>World position of the first voxel's centre in millimetres, LPS, (x, y, z).</summary>
    public required ValueArray<double> ItkOrigin { get; init; }

    /// <summary>Direction cosines, 3x3 row by row as ITK prints them: column i is the world direction of file axis i.</summary>
    public required ValueArray<double> ItkDirection { get; init; }

    /// <summary>Millimetres between voxel centres in array order (z, y, x); 999 along z for a 2D image.</summary>
    public Spacing Spacing => Dimensions == 2
        ? new Spacing(Spacing.Flat, ItkSpacing[1], ItkSpacing[0])
        : new Spacing(ItkSpacing[2], ItkSpacing[1], ItkSpacing[0]);

    /// <summary>A geometry at the origin whose axes are those of the world, with a spacing given in array order (z, y, x).</summary>
    public static ImageGeometry FromSpacing(Spacing spacing) => Identity with { ItkSpacing = [spacing.X, spacing.Y, spacing.Z] };
}
