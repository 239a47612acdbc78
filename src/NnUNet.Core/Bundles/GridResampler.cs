using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Bundles;

/// <summary>
/// Brings images onto the grid of a bundle's models and label maps back. A sealed class with <see cref="CatalogNameAttribute"/> and a
/// parameterless constructor is found by its name.
/// </summary>
public abstract class GridResampler
{
    /// <summary>Voxels of an axis after a zoom.</summary>
    /// <param name="count">Its voxels.</param>
    /// <param name="zoom">The factor; 0.5 halves them.</param>
    public abstract long CountAfter(int count, double zoom);

    /// <summary>The voxels of an image (z, y, x) on another number of them.</summary>
    /// <param name="image">The image.</param>
    /// <param name="to">Voxel counts of the result.</param>
    /// <param name="order">The spline's order.</param>
    /// <param name="truncate">Whether fractions are cut off.</param>
    /// <param name="cancel">Stops between slices.</param>
    public abstract float[] Image(Volume<float> image, Extent to, int order, bool truncate, CancellationToken cancel);

    /// <summary>The voxels of a label map (z, y, x) on another number of them, each with the label of the nearest.</summary>
    /// <param name="labels">The map.</param>
    /// <param name="to">Voxel counts of the result.</param>
    /// <param name="cancel">Stops between slices.</param>
    public abstract short[] Labels(Volume<short> labels, Extent to, CancellationToken cancel);
}
