using NnUNet.Foundation;

namespace NnUNet.Imaging;

/// <summary>Turns images so that their axes lead another way in the patient: axes are exchanged and reversed, no voxel changes its value or its place.</summary>
/// <remarks>In place of the original's reorientation by nibabel (nnunet/preprocessing/sanity_checks.py, reorient_to_RAS; Task062) and of Task056's, which leaves the origin as it was.</remarks>
public static class Reorientation
{
    /// <summary>The image with its axes in another orientation; the image itself where it has that orientation.</summary>
    /// <typeparam name="T">The voxel type.</typeparam>
    /// <param name="volume">The image, (z, y, x).</param>
    /// <param name="to">The orientation of the result; where the image lies askew, so does the result, by the same angle.</param>
    /// <exception cref="ArgumentException">The image has two axes, and the third would have to be exchanged for one of them.</exception>
    public static Volume<T> To<T>(Volume<T> volume, Orientation to)
        where T : unmanaged
    {
        ImageGeometry geometry = volume.Geometry;
        if (Orientation.Of(geometry) == to) return volume;
        (int[] source, bool[] reversed) = Axes(geometry, to);
        (Extent extent, ImageGeometry turned) = To(volume.Extent, geometry, to);
        return new Volume<T>(Voxels(volume, extent, source, reversed), extent, turned);
    }

    /// <summary>The voxel counts and the geometry that an image has once it is turned; no voxels are looked at.</summary>
    /// <param name="extent">Voxel counts (z, y, x).</param>
    /// <param name="geometry">Where the voxels lie.</param>
    /// <param name="to">The orientation of the result.</param>
    /// <exception cref="ArgumentException">The image has two axes, and the third would have to be exchanged for one of them.</exception>
    public static (Extent Extent, ImageGeometry Geometry) To(Extent extent, ImageGeometry geometry, Orientation to)
    {
        if (Orientation.Of(geometry) == to) return (extent, geometry);
        (int[] source, bool[] reversed) = Axes(geometry, to);
        int[] counts = [extent.X, extent.Y, extent.Z];
        return (new Extent(counts[source[2]], counts[source[1]], counts[source[0]]), Turned(geometry, counts, source, reversed));
    }

    /// <summary>Axis j of the result is axis <c>Source[j]</c> of the image, in file order; reversed where the signs differ.</summary>
    private static (int[] Source, bool[] Reversed) Axes(ImageGeometry geometry, Orientation to)
    {
        Orientation from = Orientation.Of(geometry);
        int[] source = [.. to.World.Select(world => from.World.ToArray().AsSpan().IndexOf(world))];
        bool[] reversed = [.. source.Select((axis, j) => from.Sign[axis] != to.Sign[j])];
        return geometry.Dimensions == 2 && (source[2] != 2 || reversed[2])
            ? throw new ArgumentException($"an image of two axes cannot be turned from {from} to {to}", nameof(to))
            : (source, reversed);
    }

    private static T[] Voxels<T>(Volume<T> volume, Extent extent, int[] source, bool[] reversed)
        where T : unmanaged
    {
        int[] steps = [1, volume.Extent.X, volume.Extent.SliceCount];
        int[] counts = [volume.Extent.X, volume.Extent.Y, volume.Extent.Z];
        int[] stride = [.. source.Select((axis, j) => reversed[j] ? -steps[axis] : steps[axis])];
        int first = source.Select((axis, j) => reversed[j] ? (counts[axis] - 1) * steps[axis] : 0).Sum();
        T[] voxels = new T[volume.Voxels.Length];
        T[] old = volume.Voxels;
        int at = 0;
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                int from = first + (z * stride[2]) + (y * stride[1]);
                for (int x = 0; x < extent.X; x++, from += stride[0]) voxels[at++] = old[from];
            }
        }

        return voxels;
    }

    private static ImageGeometry Turned(ImageGeometry geometry, int[] counts, int[] source, bool[] reversed)
    {
        double[] origin = geometry.ItkOrigin.ToArray();
        double[] direction = new double[9];
        for (int j = 0; j < 3; j++)
        {
            int axis = source[j];
            for (int world = 0; world < 3; world++)
            {
                double cosine = geometry.ItkDirection[(3 * world) + axis];
                if (reversed[j]) origin[world] += (counts[axis] - 1) * geometry.ItkSpacing[axis] * cosine;
                direction[(3 * world) + j] = reversed[j] && cosine != 0 ? -cosine : cosine; // no negative zeros
            }
        }

        return geometry with
        {
            ItkSpacing = source.Select(axis => geometry.ItkSpacing[axis]).ToValueArray(),
            ItkOrigin = [.. origin],
            ItkDirection = [.. direction],
        };
    }
}
