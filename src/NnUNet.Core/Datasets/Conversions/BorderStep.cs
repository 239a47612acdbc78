using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// Makes segmentations of single objects (1, 2, 3, … for one cell each) into inside (1) and border (2), so that touching objects stay apart:
/// <c>{"step": "border", "thickness_mm": 0.5}</c>.
/// </summary>
/// <remarks>
/// A voxel is border where a ball of that radius around it reaches beyond its object; beyond the image lies its mirror image, so an
/// object has no border there. Source: nnunet/dataset_conversion/Task076_Fluo_N3DH_SIM.py and Task089_Fluo-N2DH-SIM.py,
/// generate_border_as_suggested_by_twollmann and generate_ball, of which the ball is sampled in the same way.
/// </remarks>
[CatalogName("border")]
internal sealed class BorderStep : ConversionStep
{
    private const int Inside = 1;
    private const int Border = 2;

    private double _thickness;

    /// <inheritdoc/>
    public override void Configure(StepParameters parameters)
    {
        _thickness = parameters.Number("thickness_mm", 0);
        if (_thickness == 0) parameters.Refuse("thickness_mm", "must be greater than 0");
    }

    /// <inheritdoc/>
    public override Volume<int> Labels(Volume<int> labels, StepContext context)
    {
        Extent extent = labels.Extent;
        (int Z, int Y, int X)[] ball = [.. Ball(labels.Geometry.Spacing, _thickness).OrderByDescending(static o => Math.Abs(o.Z) + Math.Abs(o.Y) + Math.Abs(o.X))];
        int[] result = new int[labels.Voxels.Length];
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                for (int x = 0; x < extent.X; x++)
                {
                    int at = (((z * extent.Y) + y) * extent.X) + x;
                    int label = labels.Voxels[at];
                    if (label != 0) result[at] = Reaches(labels, ball, label, z, y, x) ? Border : Inside;
                }
            }
        }

        return new Volume<int>(result, extent, labels.Geometry);
    }

    /// <summary>The steps (z, y, x) from the middle of a ball to its voxels.</summary>
    /// <param name="spacing">Millimetres between voxels.</param>
    /// <param name="radius">Millimetres.</param>
    /// <remarks>
    /// The radius along each axis is rounded to voxels, and a fine ball of voxels of one size, four times as wide as the widest axis, is
    /// interpolated linearly onto that box; more than half is in.
    /// </remarks>
    internal static IEnumerable<(int Z, int Y, int X)> Ball(Spacing spacing, double radius)
    {
        int[] reach = [.. spacing.ToArray().Select(mm => (int)Math.Round(radius / mm))];
        int fine = 2 * ((2 * reach.Max()) + 1); // the fine ball's radius, in its own voxels
        for (int z = -reach[0]; z <= reach[0]; z++)
        {
            for (int y = -reach[1]; y <= reach[1]; y++)
            {
                for (int x = -reach[2]; x <= reach[2]; x++)
                {
                    if (Share(fine, Fine(fine, reach[0], z), Fine(fine, reach[1], y), Fine(fine, reach[2], x)) > 0.5) yield return (z, y, x);
                }
            }
        }
    }

    /// <summary>Where the middle of a voxel of the box lies on the fine ball's grid, whose middle is 0.</summary>
    private static double Fine(int fine, int reach, int step) => step * (((2 * fine) + 1) / (double)((2 * reach) + 1));

    /// <summary>The fine ball, 1 inside and 0 outside, interpolated linearly.</summary>
    private static double Share(int fine, double z, double y, double x)
    {
        (int z0, int y0, int x0) = ((int)Math.Floor(z), (int)Math.Floor(y), (int)Math.Floor(x));
        double sum = 0;
        for (int corner = 0; corner < 8; corner++)
        {
            (int dz, int dy, int dx) = (corner >> 2, (corner >> 1) & 1, corner & 1);
            (int cz, int cy, int cx) = (z0 + dz, y0 + dy, x0 + dx);
            if ((cz * cz) + (cy * cy) + (cx * cx) > fine * fine) continue;
            sum += Weight(z - z0, dz) * Weight(y - y0, dy) * Weight(x - x0, dx);
        }

        return sum;
    }

    private static double Weight(double rest, int upper) => upper == 1 ? rest : 1 - rest;

    private static bool Reaches(Volume<int> labels, (int Z, int Y, int X)[] ball, int label, int z, int y, int x)
    {
        foreach ((int dz, int dy, int dx) in ball)
        {
            if (labels[Mirrored(z + dz, labels.Extent.Z), Mirrored(y + dy, labels.Extent.Y), Mirrored(x + dx, labels.Extent.X)] != label) return true;
        }

        return false;
    }

    /// <summary>The place within an axis whose voxels are repeated in mirror image beyond both ends: … 1 0 | 0 1 2 | 2 1 …</summary>
    private static int Mirrored(int at, int count)
    {
        if (at >= 0 && at < count) return at;
        int place = at % (2 * count);
        if (place < 0) place += 2 * count;
        return place < count ? place : (2 * count) - 1 - place;
    }
}
