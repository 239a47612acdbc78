using NnUNet.Imaging;

namespace NnUNet.Pictures.Drawing;

/// <summary>An anatomical plane through a volume: axial, coronal or sagittal, whatever order its axes have on disk.</summary>
/// <param name="Name">What the cut is called; empty for an image of one slice.</param>
/// <param name="Across">The array axis (0 = z, 1 = y, 2 = x) that slices are counted along.</param>
/// <param name="Columns">The array axis from left to right.</param>
/// <param name="Rows">The array axis from top to bottom.</param>
/// <param name="MirrorColumns">Whether the axis runs from right to left on the page.</param>
/// <param name="MirrorRows">Whether the axis runs from the bottom to the top of the page.</param>
internal sealed record AnatomicalPlane(string Name, int Across, int Columns, int Rows, bool MirrorColumns, bool MirrorRows)
{
    /// <summary>A slice as it lies in the array: y down, x to the right. For what has no place in a patient any more.</summary>
    public static AnatomicalPlane OfArray { get; } = new("", 0, 2, 1, false, false);

    /// <summary>The patient's directions at the edges of the page; null where the image has none.</summary>
    public PlaneMarks? Marks { get; init; }

    /// <summary>What lengths on the page are counted in: mm, or px for a picture of which nobody knows the size.</summary>
    public string Unit { get; init; } = "mm";

    private const int Left = 0, Posterior = 1, Superior = 2;
    private static readonly int[][] Orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    /// <summary>
    /// The planes of a volume that have more than one voxel either way; the patient's left is on the right, the front at the top or
    /// left, the head at the top. An image of one slice has that plane only.
    /// </summary>
    public static IReadOnlyList<AnatomicalPlane> Of(Extent extent, ImageGeometry geometry)
    {
        // The file axis (x, y, z) that runs most along each axis of the world (left, posterior, superior).
        double Along(int world, int file) => geometry.ItkDirection[(world * 3) + file];
        int[] file = Orders.MaxBy(order => Enumerable.Range(0, 3).Sum(world => Math.Abs(Along(world, order[world]))))!;

        // An oblique axis is called after the nearest direction; a picture of two dimensions lies in no patient.
        bool flat = geometry.Dimensions == 2 || (extent.Z == 1 && geometry.Spacing.Z == Spacing.Flat);
        string unit = flat ? UnitOf(geometry.Spacing) : "mm";
        AnatomicalPlane Plane(string name, int across, int columns, int rows, bool headUp) => new(
            name, 2 - file[across], 2 - file[columns], 2 - file[rows], Along(columns, file[columns]) < 0, (Along(rows, file[rows]) < 0) ^ headUp)
        {
            Marks = flat ? null : new PlaneMarks(columns == Left ? "R" : "A", columns == Left ? "L" : "P", headUp ? "S" : "A", headUp ? "I" : "P"),
            Unit = unit,
        };
        AnatomicalPlane[] all =
        [
            Plane("axial", Superior, Left, Posterior, headUp: false),
            Plane("coronal", Posterior, Left, Superior, headUp: true),
            Plane("sagittal", Left, Posterior, Superior, headUp: true),
        ];
        AnatomicalPlane[] useful = [.. all.Where(plane => extent[plane.Columns] > 1 && extent[plane.Rows] > 1)];
        if (useful.Length == 0) return [all[0]];
        return useful.Length == 1 ? [useful[0] with { Name = "" }] : useful;
    }

    /// <summary>What lengths in a picture are counted in: pixels where slices are flat and nobody has said how large a pixel is.</summary>
    public static string UnitOf(Spacing spacing) => spacing is { Z: Spacing.Flat, Y: 1, X: 1 } ? "px" : "mm";

    /// <summary>One slice's voxels in the order of the page, row by row from the top left.</summary>
    public T[] Slice<T>(Volume<T> volume, int index)
        where T : unmanaged
    {
        int width = volume.Extent[Columns], height = volume.Extent[Rows];
        long[] strides = [volume.Extent.SliceCount, volume.Extent.X, 1];
        T[] slice = new T[width * height];
        for (int row = 0, i = 0; row < height; row++)
        {
            long start = (index * strides[Across]) + ((MirrorRows ? height - 1 - row : row) * strides[Rows]);
            for (int column = 0; column < width; column++, i++)
            {
                slice[i] = volume.Voxels[start + ((MirrorColumns ? width - 1 - column : column) * strides[Columns])];
            }
        }

        return slice;
    }

    /// <summary>The slice that shows the largest shares of all labels, small ones too; the middle one where there are none.</summary>
    public int SliceOfMost(Volume<short> labels)
    {
        Dictionary<short, long[]> voxels = [];
        for (int slice = 0; slice < labels.Extent[Across]; slice++)
        {
            foreach (short label in Slice(labels, slice).Where(static label => label > 0))
            {
                if (!voxels.TryGetValue(label, out long[]? own)) voxels[label] = own = new long[labels.Extent[Across]];
                own[slice]++;
            }
        }

        if (voxels.Count == 0) return labels.Extent[Across] / 2;

        double[] shares = new double[labels.Extent[Across]];
        foreach (long[] own in voxels.Values)
        {
            double all = own.Sum();
            for (int slice = 0; slice < shares.Length; slice++) shares[slice] += own[slice] / all;
        }

        return Array.IndexOf(shares, shares.Max());
    }

    /// <summary>Slices that divide the foreground's voxels into equal parts, ascending; evenly spread ones where there is none.</summary>
    /// <param name="masks">Label maps of one extent; every value but 0 is foreground in any of them.</param>
    /// <param name="count">How many; fewer where there are not as many slices.</param>
    public int[] SlicesOf(IReadOnlyList<Volume<short>> masks, int count)
    {
        Extent extent = masks[0].Extent;
        long[] voxels = new long[extent[Across]];
        foreach (Volume<short> mask in masks) Count(mask, voxels);
        if (voxels.All(static n => n == 0)) Array.Fill(voxels, 1);

        double all = voxels.Sum();
        List<int> slices = [];
        long passed = 0;
        for (int slice = 0; slice < voxels.Length; slice++)
        {
            double before = passed / all;
            passed += voxels[slice];
            // The middle of one of the equal parts lies in this slice.
            bool wanted = Math.Floor((passed / all * count) + 0.5) > Math.Floor((before * count) + 0.5);
            if (wanted) slices.Add(slice);
        }

        return [.. slices];
    }

    private void Count(Volume<short> mask, long[] voxels)
    {
        Extent extent = mask.Extent;
        for (int z = 0; z < extent.Z; z++)
        {
            for (int y = 0; y < extent.Y; y++)
            {
                ReadOnlySpan<short> row = mask.Row(z, y);
                if (Across == 2)
                {
                    for (int x = 0; x < row.Length; x++) voxels[x] += row[x] == 0 ? 0 : 1;
                }
                else
                {
                    voxels[Across == 0 ? z : y] += row.Length - row.Count((short)0);
                }
            }
        }
    }
}
