namespace NnUNet.Imaging.Algorithms;

/// <summary>The voxels of a ball as offsets from its centre, row by row.</summary>
/// <remarks>
/// skimage's ball(radius): int(2 radius + 1) voxels an edge, spread evenly from -radius to radius, those within the radius. An even
/// edge has no middle voxel: erosion then reaches one voxel further back, dilation one further ahead.
/// Source: skimage/morphology/footprints.py ball (0.19), scipy/ndimage/_morphology.py.
/// </remarks>
internal sealed class BallFootprint
{
    private BallFootprint(double radius, bool dilate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(radius, 1);
        int edge = (int)((2 * radius) + 1);
        int centre = (edge / 2) - (dilate && edge % 2 == 0 ? 1 : 0);
        double step = 2 * radius / (edge - 1);
        double[] squared = [.. Enumerable.Range(0, edge).Select(i => (i * step) - radius).Select(static at => at * at)];
        List<Row> rows = [];
        for (int z = 0; z < edge; z++)
        {
            for (int y = 0; y < edge; y++)
            {
                int[] inside = [.. Enumerable.Range(0, edge).Where(x => squared[x] + squared[y] + squared[z] <= radius * radius)];
                if (inside.Length > 0) rows.Add(new Row(z - centre, y - centre, inside[0] - centre, inside[^1] - centre));
            }
        }

        Rows = rows;
    }

    private BallFootprint(IReadOnlyList<Row> rows) => Rows = rows;

    /// <summary>The ball's rows.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>The voxels whose maximum is the dilated voxel.</summary>
    public static BallFootprint ForDilation(double radius) => new(radius, dilate: true);

    /// <summary>The voxels whose minimum is the eroded voxel.</summary>
    public static BallFootprint ForErosion(double radius) => new(radius, dilate: false);

    /// <summary>The voxels whose maximum is the voxel that an ellipsoid makes a mask's.</summary>
    /// <param name="radius">Its radius in voxels (x, y, z), each above 0.</param>
    /// <remarks>
    /// Where a radius is no whole number of voxels, its points are counted from the radius itself, so that it is not symmetric there.
    /// Source: TotalSegmentator 2.18, totalsegmentator/postprocessing.py, dilate_vertebrae_labels.
    /// </remarks>
    public static BallFootprint OfEllipsoid(double[] radius)
    {
        int[] count = [.. radius.Select(static r => (int)Math.Ceiling((2 * r) + 1))];
        double[][] squared = [.. radius.Select((r, axis) => Enumerable.Range(0, count[axis]).Select(i => (i - r) * (i - r) / (r * r)).ToArray())];
        List<Row> rows = [];
        for (int z = 0; z < count[2]; z++)
        {
            for (int y = 0; y < count[1]; y++)
            {
                int[] inside = [.. Enumerable.Range(0, count[0]).Where(x => squared[0][x] + squared[1][y] + squared[2][z] <= 1)];

                // The ellipsoid tells where a voxel's label goes, a row from where a voxel has it: turned round.
                if (inside.Length > 0) rows.Add(new Row((count[2] / 2) - z, (count[1] / 2) - y, (count[0] / 2) - inside[^1], (count[0] / 2) - inside[0]));
            }
        }

        return new BallFootprint(rows);
    }

    /// <summary>Offsets (z, y) of a row, and its first and last x.</summary>
    public readonly record struct Row(int Z, int Y, int FirstX, int LastX);
}
