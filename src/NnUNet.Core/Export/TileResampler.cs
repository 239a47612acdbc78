using System.Numerics;
using System.Runtime.InteropServices;
using NnUNet.Imaging;

namespace NnUNet.Core.Export;

/// <summary>Some rows of some slices of the target grid, at full row length: small enough for the processor's cache.</summary>
/// <param name="Z">First slice.</param>
/// <param name="Slices">Number of slices.</param>
/// <param name="Y">First row.</param>
/// <param name="Rows">Number of rows in each slice.</param>
internal readonly record struct Tile(int Z, int Slices, int Y, int Rows)
{
    private const int Voxels = 1 << 15;

    /// <summary>Cuts a grid into tiles of about 32768 voxels.</summary>
    public static Tile[] Cut(Extent grid)
    {
        int rows = Math.Clamp(Voxels / grid.X, 1, grid.Y * grid.Z);
        int rowsOfTile = Math.Min(grid.Y, Math.Max(1, (int)Math.Sqrt(rows)));
        int slices = Math.Clamp(rows / rowsOfTile, 1, grid.Z);
        rowsOfTile = Math.Clamp(rows / slices, 1, grid.Y);

        List<Tile> tiles = [];
        for (int z = 0; z < grid.Z; z += slices)
        {
            for (int y = 0; y < grid.Y; y += rowsOfTile)
            {
                tiles.Add(new Tile(z, Math.Min(slices, grid.Z - z), y, Math.Min(rowsOfTile, grid.Y - y)));
            }
        }

        return [.. tiles];
    }
}

/// <summary>Resamples probabilities tile by tile with order 0 or 1 along each axis: x, then y, then z. One instance a thread.</summary>
internal sealed class TileResampler
{
    private readonly ProbabilityMaps _source;
    private readonly AxisKernel _z;
    private readonly AxisKernel _y;
    private readonly AxisKernel _x;
    private float[] _read = [];
    private float[] _wide = [];
    private float[] _planes = [];

    public TileResampler(ProbabilityMaps source, AxisKernel z, AxisKernel y, AxisKernel x)
    {
        _source = source;
        _z = z;
        _y = y;
        _x = x;
    }

    /// <summary>The values of one class in a tile: Slices x Rows x X of the target grid.</summary>
    public void Resample(int @class, Tile tile, Span<float> values)
    {
        int width = _x.Lower.Length;
        (int firstPlane, int endPlane) = _z.Needs(tile.Z, tile.Z + tile.Slices);
        (int firstRow, int endRow) = _y.Needs(tile.Y, tile.Y + tile.Rows);
        int sourceRows = endRow - firstRow;
        int plane = tile.Rows * width;
        Grow(ref _read, sourceRows * _source.Extent.X);
        Grow(ref _wide, sourceRows * width);
        Grow(ref _planes, (endPlane - firstPlane) * plane);

        for (int p = firstPlane; p < endPlane; p++)
        {
            ReadOnlySpan<float> rows = Widen(_source.Rows(@class, p, firstRow, sourceRows, _read));
            Span<float> target = _planes.AsSpan((p - firstPlane) * plane, plane);
            for (int y = 0; y < tile.Rows; y++)
            {
                int at = tile.Y + y;
                Blend(
                    rows.Slice((_y.Lower[at] - firstRow) * width, width),
                    rows.Slice((Math.Min(_y.Upper[at], endRow - 1) - firstRow) * width, width),
                    _y.Weight[at],
                    target.Slice(y * width, width));
            }
        }

        for (int z = 0; z < tile.Slices; z++)
        {
            int at = tile.Z + z;
            Blend(
                _planes.AsSpan((_z.Lower[at] - firstPlane) * plane, plane),
                _planes.AsSpan((Math.Min(_z.Upper[at], endPlane - 1) - firstPlane) * plane, plane),
                _z.Weight[at],
                values.Slice(z * plane, plane));
        }
    }

    /// <summary>Resamples every row along x.</summary>
    private ReadOnlySpan<float> Widen(ReadOnlySpan<float> rows)
    {
        if (_x.IsIdentity) return rows;

        int from = _source.Extent.X, to = _x.Lower.Length;
        ReadOnlySpan<int> lower = _x.Lower, upper = _x.Upper.AsSpan(0, to);
        ReadOnlySpan<float> weight = _x.Weight.AsSpan(0, to);
        for (int r = 0; r < rows.Length / from; r++)
        {
            ReadOnlySpan<float> row = rows.Slice(r * from, from);
            Span<float> wide = _wide.AsSpan(r * to, to);
            for (int x = 0; x < wide.Length; x++)
            {
                float low = row[lower[x]];
                wide[x] = low + ((row[upper[x]] - low) * weight[x]);
            }
        }

        return _wide;
    }

    private static void Blend(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, float weight, Span<float> result)
    {
        if (weight == 0)
        {
            lower.CopyTo(result);
            return;
        }

        upper = upper[..lower.Length];
        result = result[..lower.Length];
        ReadOnlySpan<Vector<float>> low = MemoryMarshal.Cast<float, Vector<float>>(lower);
        ReadOnlySpan<Vector<float>> high = MemoryMarshal.Cast<float, Vector<float>>(upper);
        Span<Vector<float>> blended = MemoryMarshal.Cast<float, Vector<float>>(result);
        Vector<float> share = new(weight);
        for (int i = 0; i < blended.Length; i++) blended[i] = low[i] + ((high[i] - low[i]) * share);
        for (int i = blended.Length * Vector<float>.Count; i < result.Length; i++) result[i] = lower[i] + ((upper[i] - lower[i]) * weight);
    }

    private static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new float[length];
    }
}
