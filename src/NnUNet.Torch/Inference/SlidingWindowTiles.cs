using System.Numerics.Tensors;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>Where the tiles of an image lie, and how much each of their voxels counts.</summary>
/// <remarks>
/// Everything here is a product over the axes: the tile positions, the Gaussian importance map, and so the sum of the maps
/// of all tiles, by which the summed predictions are divided. Source: nnunet/network_architecture/neural_network.py.
/// </remarks>
internal sealed class SlidingWindowTiles
{
    private const double SigmaScale = 1.0 / 8;

    private readonly double[][] _weightSums;
    private readonly double _peak;

    /// <summary>The tiles of an image.</summary>
    /// <param name="image">Voxels of the image (z, y, x).</param>
    /// <param name="tile">Voxels of a tile: (z, y, x), or (y, x) for slices.</param>
    /// <param name="step">Largest step as a fraction of the tile.</param>
    /// <param name="gaussian">Whether tiles count by the Gaussian map; where a grid has one tile only, they never do.</param>
    /// <param name="peak">The map's largest weight.</param>
    public SlidingWindowTiles(Extent image, ReadOnlySpan<int> tile, double step, bool gaussian, double peak = 1)
    {
        Image = image;
        Tile = tile.Length == 3 ? Extent.From(tile) : new Extent(1, tile[0], tile[1]);
        int[] padded = [.. Enumerable.Range(0, 3).Select(axis => Math.Max(image[axis], Tile[axis]))];
        PadBefore = new Extent((padded[0] - image.Z) / 2, (padded[1] - image.Y) / 2, (padded[2] - image.X) / 2);

        // A 2D network sees each slice by itself: every slice is a row of tiles, and the map has no z.
        bool volumes = tile.Length == 3;
        Starts = volumes
            ? SlidingWindow.Steps(Tile.ToArray(), padded, step)
            : [[.. Enumerable.Range(0, image.Z)], .. SlidingWindow.Steps(Tile.ToArray()[1..], padded[1..], step)];
        bool many = Starts[1].Length * Starts[2].Length * (volumes ? Starts[0].Length : 1) > 1;
        AxisWeights = [.. Enumerable.Range(0, 3).Select(axis =>
            gaussian && many && (axis > 0 || volumes) ? Gaussian(Tile[axis]) : [.. Enumerable.Repeat(1.0, Tile[axis])])];
        _peak = gaussian && many ? peak : 1;
        _weightSums = [.. Enumerable.Range(0, 3).Select(WeightSum)];
    }

    /// <summary>Voxels of the image (z, y, x).</summary>
    public Extent Image { get; }

    /// <summary>Voxels of a tile (z, y, x); one slice for a 2D network.</summary>
    public Extent Tile { get; }

    /// <summary>Zeros before the image along each axis, where it is smaller than a tile.</summary>
    public Extent PadBefore { get; }

    /// <summary>Starts of the tiles in the padded image, for each axis.</summary>
    public int[][] Starts { get; }

    /// <summary>Number of tiles.</summary>
    public int Count => checked(Starts[0].Length * Starts[1].Length * Starts[2].Length);

    /// <summary>The importance of a tile's voxels along each axis; their product is the map.</summary>
    public double[][] AxisWeights { get; }

    /// <summary>The start of a tile in the image, negative where the padding begins; z changes slowest, so that slices are finished one after the other.</summary>
    public (int Z, int Y, int X) Origin(int index)
    {
        (int rest, int x) = Math.DivRem(index, Starts[2].Length);
        (int z, int y) = Math.DivRem(rest, Starts[1].Length);
        return (Starts[0][z] - PadBefore.Z, Starts[1][y] - PadBefore.Y, Starts[2][x] - PadBefore.X);
    }

    /// <summary>The importance map (z, y, x) as the original's float32 array: largest the peak, never 0.</summary>
    public float[] Map()
    {
        float[] map = Product(AxisWeights);
        if (_peak != 1) TensorPrimitives.Multiply(map, (float)_peak, map);
        return map;
    }

    /// <summary>The part of a tile's row that lies in the image.</summary>
    public static (int From, int Length) Overlap(int start, int tile, int image)
    {
        int from = Math.Max(0, -start);
        return (from, Math.Min(tile, image - start) - from);
    }

    /// <summary>Divides summed, weighted predictions of one row of the image by the sum of the tiles' weights.</summary>
    public void Normalize(Span<float> row, int z, int y)
    {
        double slow = _peak * _weightSums[0][z + PadBefore.Z] * _weightSums[1][y + PadBefore.Y];
        ReadOnlySpan<double> fast = _weightSums[2].AsSpan(PadBefore.X, row.Length);
        for (int x = 0; x < row.Length; x++) row[x] = (float)(row[x] / (slow * fast[x]));
    }

    /// <summary>The product of one row of weights an axis as float32; what would be 0 is the smallest other value.</summary>
    internal static float[] Product(double[][] axes)
    {
        double[] exact = [1];
        foreach (double[] axis in axes)
        {
            double[] next = new double[exact.Length * axis.Length];
            int at = 0;
            foreach (double slow in exact)
            {
                foreach (double fast in axis) next[at++] = slow * fast;
            }

            exact = next;
        }

        double largest = 0;
        foreach (double value in exact) largest = Math.Max(largest, value);
        float[] map = new float[exact.Length];
        float smallest = 1;
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = (float)(exact[i] / largest);
            if (map[i] > 0) smallest = Math.Min(smallest, map[i]);
        }

        map.AsSpan().Replace(0, smallest);
        return map;
    }

    /// <summary>A Gaussian around the middle voxel (n / 2, rounded down) with a sigma of an eighth of the length, largest 1.</summary>
    /// <remarks>
    /// The original filters a single 1 with scipy's gaussian_filter, which cuts the kernel at 4 sigma: its result is this
    /// product of kernels, and 4 sigma reach exactly the tile's border.
    /// </remarks>
    internal static double[] Gaussian(int length)
    {
        double sigma = length * SigmaScale;
        int centre = length / 2;
        int radius = (int)((4 * sigma) + 0.5);
        double[] bell = new double[length];
        for (int i = 0; i < length; i++)
        {
            int distance = i - centre;
            bell[i] = Math.Abs(distance) <= radius ? Math.Exp(-0.5 * distance * distance / (sigma * sigma)) : 0;
        }

        return bell;
    }

    private double[] WeightSum(int axis)
    {
        double[] sum = new double[Math.Max(Image[axis], Tile[axis])];
        foreach (int start in Starts[axis])
        {
            for (int i = 0; i < Tile[axis]; i++) sum[start + i] += AxisWeights[axis][i];
        }

        return sum;
    }
}
