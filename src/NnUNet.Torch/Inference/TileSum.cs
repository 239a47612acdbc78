using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using NnUNet.Core.Export;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>Weights the tiles' outputs, sums them up (K, z, y, x), and divides the sums by those of the weights.</summary>
/// <remarks>
/// In memory; or in a file, or as labels: then only the slices that tiles may still touch are in memory, since tiles come in the order of
/// their first slices. All give the same sums, the file as float16.
/// </remarks>
internal sealed class TileSum
{
    private const int RowsAtOnce = 16;

    // Voxels of a class that are brought together where the classes of a voxel lie side by side.
    private const int Gathered = 256;

    private readonly SlidingWindowTiles _tiles;
    private readonly TemporaryProbabilities? _file;
    private readonly SliceLabels? _labels;
    private readonly MultiChannelArray<float> _sums;
    private readonly float[] _weights;
    private int _first; // the first of the slices in memory

    /// <summary>Zeros.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="predictions">How many predictions of each tile come as one sum, of which the mean counts.</param>
    /// <param name="file">Gets what is finished; null for none.</param>
    /// <param name="labels">Decides about what is finished; null for none. Where there is neither a file nor this, all is kept in memory.</param>
    public TileSum(SlidingWindowTiles tiles, int classes, int predictions, TemporaryProbabilities? file, SliceLabels? labels)
    {
        (_tiles, _file, _labels) = (tiles, file, labels);
        _weights = tiles.Map();
        if (predictions > 1) TensorPrimitives.Divide(_weights, predictions, _weights);
        _sums = new MultiChannelArray<float>(classes, tiles.Image.With(0, IsWhole ? tiles.Image.Z : SlicesInMemory(tiles)));
    }

    /// <summary>Bytes that the sums take in memory.</summary>
    /// <param name="image">Voxels of the image (z, y, x).</param>
    /// <param name="tile">Voxels of a tile: (z, y, x), or (y, x) for slices.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="whole">Whether all of them stay in memory.</param>
    public static long Bytes(Extent image, ReadOnlySpan<int> tile, int classes, bool whole) =>
        sizeof(float) * classes * image.With(0, !whole ? Math.Min(image.Z, tile.Length == 3 ? tile[0] : 1) : image.Z).Count;

    /// <summary>Adds a part of a tile's output, weighted; what lies over the image's border is dropped.</summary>
    /// <param name="part">The output.</param>
    /// <param name="origin">The tile's first voxel in the image; never in an earlier slice than that of the tile before.</param>
    /// <returns>Whether all values within the image are finite; if not, the sums are spoilt.</returns>
    /// <exception cref="IOException">The file cannot take the finished slices.</exception>
    public bool Add(TilePart part, (int Z, int Y, int X) origin)
    {
        if (!IsWhole && origin.Z > _first) Finish(origin.Z - _first);
        bool finite = true;

        // Classes by the hundred make this as long as a pass through the network.
        ParallelLoop.ForEach((part.Rows + RowsAtOnce - 1) / RowsAtOnce, block =>
        {
            int first = block * RowsAtOnce;
            if (!Add(part, first, Math.Min(RowsAtOnce, part.Rows - first), origin)) finite = false;
        });
        return finite;
    }

    /// <summary>Finishes what is in memory; the last call.</summary>
    /// <returns>The probabilities where they are in memory; null where they are not.</returns>
    /// <exception cref="IOException">The file cannot take them.</exception>
    public MultiChannelArray<float>? Complete(CancellationToken cancel)
    {
        if (!IsWhole)
        {
            Finish(_tiles.Image.Z - _first);
            return null;
        }

        ParallelLoop.ForEach(_sums.Channels * _tiles.Image.Z, i => Normalize(i / _tiles.Image.Z, i % _tiles.Image.Z), cancel: cancel);
        return _sums;
    }

    private unsafe bool Add(TilePart part, int firstRow, int rows, (int Z, int Y, int X) origin)
    {
        (Extent tile, Extent image) = (_tiles.Tile, _tiles.Image);
        (int from, int length) = SlidingWindowTiles.Overlap(origin.X, tile.X, image.X);
        float* gathered = stackalloc float[Gathered];
        bool finite = true;
        fixed (float* weights = _weights)
        {
            for (int r = firstRow; r < firstRow + rows; r++)
            {
                (int dz, int dy) = Math.DivRem(part.FirstRow + r, tile.Y);
                (int z, int y) = (origin.Z + dz, origin.Y + dy);
                if (z < 0 || z >= image.Z || y < 0 || y >= image.Y) continue;

                int target = ((((z - _first) * image.Y) + y) * image.X) + origin.X + from;
                float* weight = weights + ((long)(part.FirstRow + r) * tile.X) + from;
                for (int k = 0; k < _sums.Channels; k++)
                {
                    fixed (float* sums = &_sums[k][target])
                    {
                        float* values = part.At(k, r, tile.X) + (from * part.VoxelStride);
                        if (part.VoxelStride == 1)
                        {
                            finite &= AddRow(values, weight, sums, length);
                            continue;
                        }

                        for (int x = 0; x < length; x += Gathered)
                        {
                            int count = Math.Min(Gathered, length - x);
                            float* next = values + ((long)x * part.VoxelStride);
                            for (int i = 0; i < count; i++, next += part.VoxelStride) gathered[i] = *next;
                            finite &= AddRow(gathered, weight + x, sums + x, count);
                        }
                    }
                }
            }
        }

        return finite;
    }

    /// <summary>Adds weighted values of a row in one pass; whether all are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe bool AddRow(float* values, float* weights, float* sums, int count)
    {
        Vector<float> notFinite = Vector<float>.Zero; // 0 times a number is 0, and times anything else not
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> value = Vector.Load(values + i);
            notFinite += value * Vector<float>.Zero;
            Vector.Store(Vector.Load(sums + i) + (value * Vector.Load(weights + i)), sums + i);
        }

        float rest = Vector.Sum(notFinite);
        for (; i < count; i++)
        {
            rest += values[i] * 0;
            sums[i] += values[i] * weights[i];
        }

        return rest == 0;
    }

    private static int SlicesInMemory(SlidingWindowTiles tiles) => Math.Min(tiles.Image.Z, tiles.Tile.Z);

    private bool IsWhole => _file is null && _labels is null;

    /// <summary>Writes or decides the first slices in memory, and moves the others to their place.</summary>
    private void Finish(int slices)
    {
        int slice = _tiles.Image.SliceCount;
        _labels?.Decide(_first, slices, _sums.Channels, (k, z) =>
        {
            Normalize(k, z - _first);
            return _sums[k].AsSpan((z - _first) * slice, slice);
        });
        ParallelLoop.ForEach(_sums.Channels, k =>
        {
            Span<float> sums = _sums[k];
            if (_file is not null)
            {
                for (int z = 0; z < slices; z++) Normalize(k, z);
                _file.Write(k, _first, sums[..(slices * slice)]);
            }

            sums[(slices * slice)..].CopyTo(sums);
            sums[^(slices * slice)..].Clear();
        });
        _first += slices;
    }

    private void Normalize(int channel, int slice)
    {
        Extent image = _tiles.Image;
        for (int y = 0; y < image.Y; y++) _tiles.Normalize(_sums[channel].AsSpan(((slice * image.Y) + y) * image.X, image.X), _first + slice, y);
    }
}
