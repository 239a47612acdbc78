using NnUNet.Imaging;

namespace NnUNet.Core.Evaluation;

/// <summary>
/// Both surfaces of a pair as small elements, one at each corner of the voxel grid that has voxels inside and outside the mask
/// around it, with the element's area and its distance to the nearest element of the other surface.
/// </summary>
/// <remarks>
/// The eight voxels around a corner decide the area by marching cubes (<see cref="SurfaceElementAreas"/>); distances are those
/// between corners, in millimetres. Beyond the volume counts as outside. Images of two dimensions have outlines: four voxels
/// around a corner, lengths in place of areas. Equal to the surface Dice of deepmind/surface-distance.
/// </remarks>
public sealed class SurfaceElements
{
    /// <summary>Millimetres by which rounding may carry a distance over the tolerance.</summary>
    private const double Slack = 1e-9;

    private readonly double[] _areas;
    private readonly double[] _distances;

    private SurfaceElements(double[] areas, double[] distances) => (_areas, _distances) = (areas, distances);

    /// <summary>The area of both surfaces together in square millimetres (2D: the length in millimetres).</summary>
    public double TotalArea => _areas.Sum();

    /// <summary>The share of both surfaces' area that lies at most a tolerance from the other surface, 0 to 1.</summary>
    /// <param name="tolerance">Millimetres.</param>
    public double ShareWithin(double tolerance)
    {
        double within = 0;
        for (int i = 0; i < _areas.Length; i++)
        {
            if (_distances[i] <= tolerance + Slack) within += _areas[i];
        }

        return within / TotalArea;
    }

    /// <summary>The elements of a pair of which no mask is empty.</summary>
    internal static SurfaceElements Between(MaskPair masks, CancellationToken cancel)
    {
        CroppedMasks cropped = CroppedMasks.Of(masks);
        Extent corners = new(cropped.Flat ? 1 : cropped.Extent.Z + 1, cropped.Extent.Y + 1, cropped.Extent.X + 1);
        double[] areas = cropped.Flat ? SurfaceElementAreas.Lengths(cropped.Spacing) : SurfaceElementAreas.Areas(cropped.Spacing);
        (List<int> predicted, List<double> predictedAreas) = Find(cropped.Predicted, cropped.Extent, corners, areas);
        (List<int> reference, List<double> referenceAreas) = Find(cropped.Reference, cropped.Extent, corners, areas);
        return new SurfaceElements(
            [.. predictedAreas, .. referenceAreas],
            [.. DistanceTransform.To(reference, corners, cropped.Spacing, predicted, cancel), .. DistanceTransform.To(predicted, corners, cropped.Spacing, reference, cancel)]);
    }

    /// <summary>Positions (flattened z, y, x among the corners) of a mask's elements, and their areas.</summary>
    /// <param name="mask">The mask (z, y, x).</param>
    /// <param name="extent">Its voxel counts.</param>
    /// <param name="corners">Counts of corners; one layer only for images of two dimensions.</param>
    /// <param name="areas">The area of each code; bit 4 dz + 2 dy + dx is set where that neighbour is in the mask.</param>
    internal static (List<int> Positions, List<double> Areas) Find(bool[] mask, Extent extent, Extent corners, double[] areas)
    {
        List<int> positions = [];
        List<double> found = [];
        bool[] outside = new bool[extent.X];
        for (int z = 0, i = 0; z < corners.Z; z++)
        {
            // Of a flat image, the single layer of corners has the same voxels on both sides.
            int below = corners.Z == 1 ? z : z - 1;
            for (int y = 0; y < corners.Y; y++)
            {
                ReadOnlySpan<bool> row0 = Row(below, y - 1), row1 = Row(below, y), row2 = Row(z, y - 1), row3 = Row(z, y);
                int before = 0;
                for (int x = 0; x < corners.X; x++, i++)
                {
                    int after = x == extent.X ? 0 : Bit(row0[x]) | (Bit(row1[x]) << 2) | (Bit(row2[x]) << 4) | (Bit(row3[x]) << 6);
                    int code = before | (after << 1);
                    before = after;
                    if (code is 0 or byte.MaxValue) continue;
                    positions.Add(i);
                    found.Add(areas[code]);
                }
            }
        }

        return (positions, found);

        ReadOnlySpan<bool> Row(int z, int y) => z < 0 || z >= extent.Z || y < 0 || y >= extent.Y ? outside : mask.AsSpan(((z * extent.Y) + y) * extent.X, extent.X);

        static int Bit(bool set) => set ? 1 : 0;
    }
}
