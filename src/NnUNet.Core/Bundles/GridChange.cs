using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Bundles;

/// <summary>The way of an image, or of a box of it, onto the grid of a bundle's models, and of the labels back.</summary>
/// <remarks>
/// Cut, turned, resampled; back in the opposite order. Source: TotalSegmentator 2.18, totalsegmentator/nnunet.py, nnUNet_predict_image.
/// Where the image has the grid's spacing already, exactly, it is not resampled there either, and fractions stay.
/// </remarks>
public sealed class GridChange
{
    private readonly Extent _image;
    private readonly ImageGeometry _geometry;
    private readonly BoundingBox? _box;
    private readonly BundleGrid? _grid;
    private readonly GridResampler? _resampler;
    private readonly Extent _turned;
    private readonly ImageGeometry _turnedGeometry;

    /// <summary>Finds the way.</summary>
    /// <param name="grid">The grid; null for the image's own.</param>
    /// <param name="image">The image's voxel counts.</param>
    /// <param name="geometry">The image's geometry.</param>
    /// <param name="box">The part of the image; null for all of it.</param>
    /// <param name="where">The image, for messages.</param>
    /// <exception cref="DescribedException">The grid would have no voxels, or more than a volume can have.</exception>
    public GridChange(BundleGrid? grid, Extent image, ImageGeometry geometry, BoundingBox? box, string where)
    {
        (_grid, _image, _geometry, _box) = (grid, image, geometry, box);
        Volume<byte> probe = Probe(geometry);
        ImageGeometry turned = grid is null ? geometry : Reorientation.To(probe, Target(grid)).Geometry;
        Extent part = box?.Size ?? image;
        int[] counts = [part.X, part.Y, part.Z];
        int[] order = grid is null ? [0, 1, 2] : AxesOf(geometry, Target(grid));
        _turned = new Extent(counts[order[2]], counts[order[1]], counts[order[0]]);
        _turnedGeometry = turned;
        (Extent, ItkSpacing) = (_turned, turned.ItkSpacing);
        if (grid is null || grid.Spacing.Count == 0 || turned.ItkSpacing.Select(static s => (double)(float)s).SequenceEqual(grid.Spacing)) return;

        _resampler = Catalog<GridResampler>.Create(grid.Resampler);
        long[] to = [.. Enumerable.Range(0, 3).Select(axis => _resampler.CountAfter(_turned[2 - axis], (float)turned.ItkSpacing[axis] / grid.Spacing[axis]))];
        if (to.Any(static n => n is < 1 or > int.MaxValue) || to.Aggregate(1.0, static (product, n) => product * n) > Array.MaxLength)
        {
            throw new DescribedException(where, $"at {grid.Spacing} mm (x, y, z) the image of {image} voxels and {geometry.Spacing} would get {to[2]}x{to[1]}x{to[0]} voxels", "check the spacing in the image's header, or crop the image");
        }

        (Extent, ItkSpacing) = (new Extent((int)to[2], (int)to[1], (int)to[0]), grid.Spacing);
    }

    /// <summary>Voxel counts (z, y, x) of the models' grid.</summary>
    public Extent Extent { get; }

    /// <summary>Millimetres between voxels of the models' grid, file order (x, y, z).</summary>
    public ValueArray<double> ItkSpacing { get; }

    /// <summary>A voxel's size on the models' grid in cubic millimetres, in float32 as NIfTI headers have it.</summary>
    public double CubicMm => (float)ItkSpacing[0] * (float)ItkSpacing[1] * (float)ItkSpacing[2];

    /// <summary>An image on the models' grid.</summary>
    /// <param name="image">The image (z, y, x).</param>
    /// <param name="cancel">Stops between slices.</param>
    public Volume<float> Forward(Volume<float> image, CancellationToken cancel = default)
    {
        Volume<float> turned = Turned(image, out bool own);
        bool truncate = _grid?.Truncate ?? false;
        if (truncate && _box is not null)
        {
            if (!own) turned = new Volume<float>([.. turned.Voxels], turned.Extent, turned.Geometry);
            CornerZoom.Truncate(turned.Voxels);
        }

        return _resampler is null
            ? turned
            : new Volume<float>(_resampler.Image(turned, Extent, _grid!.Order, truncate, cancel), Extent, turned.Geometry with { ItkSpacing = ItkSpacing });
    }

    /// <summary>A label map of the image on the models' grid.</summary>
    /// <param name="labels">The labels (z, y, x).</param>
    /// <param name="cancel">Stops between slices.</param>
    public Volume<short> Forward(Volume<short> labels, CancellationToken cancel = default)
    {
        Volume<short> turned = Turned(labels, out _);
        return _resampler is null ? turned : new Volume<short>(_resampler.Labels(turned, Extent, cancel), Extent, turned.Geometry with { ItkSpacing = ItkSpacing });
    }

    /// <summary>Labels on the models' grid on the image's voxels; 0 outside the part that was looked at.</summary>
    /// <param name="labels">The labels (z, y, x) on the models' grid.</param>
    /// <param name="cancel">Stops between slices.</param>
    public Volume<short> Back(Volume<short> labels, CancellationToken cancel = default)
    {
        Volume<short> turned = new(_resampler is null ? labels.Voxels : _resampler.Labels(labels, _turned, cancel), _turned, _turnedGeometry);
        Volume<short> part = Reorientation.To(turned, Orientation.Of(_geometry));
        return _box is { } box ? VoxelBoxes.Paste(part, box, _image, _geometry) : part.WithGeometry(_geometry);
    }

    private Volume<T> Turned<T>(Volume<T> volume, out bool own)
        where T : unmanaged
    {
        Volume<T> part = _box is { } box ? VoxelBoxes.Cut(volume, box) : volume;
        Volume<T> turned = _grid is null ? part : Reorientation.To(part, Target(_grid));
        own = !ReferenceEquals(turned, volume);
        return turned;
    }

    private static Orientation Target(BundleGrid grid) => Orientation.TryParse(grid.Orientation)!;

    private static Volume<byte> Probe(ImageGeometry geometry) => new(new Extent(1, 1, 1), geometry);

    /// <summary>For each axis of the result the axis of the image that it is, in file order.</summary>
    private static int[] AxesOf(ImageGeometry geometry, Orientation to)
    {
        int[] from = Orientation.Of(geometry).World.ToArray();
        return [.. to.World.Select(world => Array.IndexOf(from, world))];
    }
}
