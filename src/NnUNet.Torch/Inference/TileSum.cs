using System.Numerics.Tensors;
using NnUNet.Core.Export;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Torch.Inference;

/// <summary>Sums up the tiles' weighted outputs (K, z, y, x) and divides them by the sum of the weights.</summary>
/// <remarks>
/// In memory, or in a file: then only the slices that tiles may still touch are in memory, since tiles come in the order of
/// their first slices. Both give the same sums, the file as float16.
/// </remarks>
internal sealed class TileSum
{
    private readonly SlidingWindowTiles _tiles;
    private readonly TemporaryProbabilities? _file;
    private readonly MultiChannelArray<float> _sums;
    private int _first; // the first of the slices in memory

    /// <summary>Zeros.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="file">Gets the probabilities; null keeps all of them in memory.</param>
    public TileSum(SlidingWindowTiles tiles, int classes, TemporaryProbabilities? file)
    {
        (_tiles, _file) = (tiles, file);
        _sums = new MultiChannelArray<float>(classes, tiles.Image.With(0, file is null ? tiles.Image.Z : SlicesInMemory(tiles)));
    }

    /// <summary>Bytes that the sums take in memory.</summary>
    /// <param name="image">Voxels of the image (z, y, x).</param>
    /// <param name="tile">Voxels of a tile: (z, y, x), or (y, x) for slices.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="inFile">Whether the probabilities go to a file.</param>
    public static long Bytes(Extent image, ReadOnlySpan<int> tile, int classes, bool inFile) =>
        sizeof(float) * classes * image.With(0, inFile ? Math.Min(image.Z, tile.Length == 3 ? tile[0] : 1) : image.Z).Count;

    /// <summary>Adds a tile; what lies over the image's border is dropped.</summary>
    /// <param name="values">Weighted probabilities (K, d, h, w).</param>
    /// <param name="origin">The tile's first voxel in the image; never in an earlier slice than that of the tile before.</param>
    /// <exception cref="IOException">The file cannot take the finished slices.</exception>
    public unsafe void Add(ReadOnlySpan<float> values, (int Z, int Y, int X) origin)
    {
        (Extent tile, Extent image) = (_tiles.Tile, _tiles.Image);
        if (_file is not null && origin.Z > _first) Finish(origin.Z - _first);
        (int from, int length) = SlidingWindowTiles.Overlap(origin.X, tile.X, image.X);
        fixed (float* first = values)
        {
            // Classes by the hundred make this as long as a pass through the network, and a span cannot enter the loop's threads.
            nint address = (nint)first;
            ParallelLoop.ForEach(_sums.Channels, channel =>
            {
                ReadOnlySpan<float> ofChannel = new((float*)address + (channel * tile.Count), (int)tile.Count);
                for (int dz = 0; dz < tile.Z; dz++)
                {
                    int z = origin.Z + dz;
                    if (z < 0 || z >= image.Z) continue;

                    for (int dy = 0; dy < tile.Y; dy++)
                    {
                        int y = origin.Y + dy;
                        if (y < 0 || y >= image.Y) continue;
                        Span<float> row = _sums[channel].AsSpan(((((z - _first) * image.Y) + y) * image.X) + origin.X + from, length);
                        TensorPrimitives.Add(row, ofChannel.Slice((((dz * tile.Y) + dy) * tile.X) + from, length), row);
                    }
                }
            });
        }
    }

    /// <summary>Finishes what is in memory; the last call.</summary>
    /// <returns>The probabilities where they are in memory; null where they are in the file.</returns>
    /// <exception cref="IOException">The file cannot take them.</exception>
    public MultiChannelArray<float>? Complete(CancellationToken cancel)
    {
        if (_file is not null)
        {
            Finish(_tiles.Image.Z - _first);
            return null;
        }

        ParallelLoop.ForEach(_sums.Channels * _tiles.Image.Z, i => Normalize(i / _tiles.Image.Z, i % _tiles.Image.Z), cancel: cancel);
        return _sums;
    }

    private static int SlicesInMemory(SlidingWindowTiles tiles) => Math.Min(tiles.Image.Z, tiles.Tile.Z);

    /// <summary>Writes the first slices in memory, and moves the others to their place.</summary>
    private void Finish(int slices)
    {
        int slice = _tiles.Image.SliceCount;
        ParallelLoop.ForEach(_sums.Channels, k =>
        {
            for (int z = 0; z < slices; z++) Normalize(k, z);
            Span<float> sums = _sums[k];
            _file!.Write(k, _first, sums[..(slices * slice)]);
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
