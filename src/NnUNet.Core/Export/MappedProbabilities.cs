using System.Buffers;
using System.Numerics.Tensors;
using NnUNet.Files.Numpy;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>Probabilities that lie as float16 in a mapped npy file (K, z, y, x).</summary>
internal sealed class MappedProbabilities : ProbabilityMaps
{
    private readonly NpyMap<Half> _map;

    public MappedProbabilities(NpyMap<Half> map)
    {
        if (map.Shape.Count != 4) throw new ArgumentException($"probabilities have 4 axes (K, z, y, x), not {map.Shape.Count}", nameof(map));
        _map = map;
        Classes = checked((int)map.Shape[0]);
        Extent = new Extent(checked((int)map.Shape[1]), checked((int)map.Shape[2]), checked((int)map.Shape[3]));
    }

    public override int Classes { get; }

    public override Extent Extent { get; }

    public override ReadOnlySpan<float> Rows(int @class, RowBlock wanted, Span<float> scratch, out RowBlock given)
    {
        given = wanted;
        int rows = wanted.Rows * Extent.X;
        Half[] halves = ArrayPool<Half>.Shared.Rent(rows);
        for (int z = 0; z < wanted.Slices; z++)
        {
            long first = ((((long)@class * Extent.Z) + wanted.FirstSlice + z) * Extent.Y + wanted.FirstRow) * Extent.X;
            _map.Read(first, halves.AsSpan(0, rows));
            TensorPrimitives.ConvertToSingle(halves.AsSpan(0, rows), scratch.Slice(z * rows, rows));
        }

        ArrayPool<Half>.Shared.Return(halves);
        return scratch[..(wanted.Slices * rows)];
    }
}
