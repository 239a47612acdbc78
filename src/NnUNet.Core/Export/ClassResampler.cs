using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Export;

/// <summary>Receives rows of one class on the transposed target grid, packed (z, y, x).</summary>
internal delegate void RowSink(ReadOnlySpan<float> probabilities, RowBlock rows);

/// <summary>Resamples classes to the cropped image's grid: block by block where two neighbours an axis suffice, else class by class.</summary>
internal sealed class ClassResampler : IDisposable
{
    /// <summary>Voxels of a block: what a class, the best so far and the labels of a block take fits into a core's second-level cache.</summary>
    private const int BlockVoxels = 1 << 15;

    private readonly ProbabilityMaps _probabilities;
    private readonly ExportGrid _grid;
    private readonly int _threads;
    private readonly SlabResampler? _slabs;
    private readonly ThreadLocal<Buffers> _buffers = new(static () => new Buffers());

    public ClassResampler(ProbabilityMaps probabilities, ExportGrid grid, int threads)
    {
        _probabilities = probabilities;
        _grid = grid;
        _threads = threads;
        if (grid.IsLinear) _slabs = new SlabResampler(grid.Source, grid.Target, Math.Min(grid.Order, 1), grid.SeparateAxis, Math.Min(grid.OrderZ, 1));
    }

    /// <summary>Whether a block can be resampled by itself.</summary>
    public bool IsBlockwise => _slabs is not null;

    /// <summary>The target grid cut into blocks of whole rows.</summary>
    public static RowBlock[] Cut(Extent grid)
    {
        int rows = Math.Max(1, BlockVoxels / grid.X);
        int slicesOfBlock = Math.Clamp((int)Math.Sqrt(rows), 1, grid.Z);
        int rowsOfBlock = Math.Clamp(rows / slicesOfBlock, 1, grid.Y);
        slicesOfBlock = Math.Clamp(rows / rowsOfBlock, 1, grid.Z);

        List<RowBlock> blocks = [];
        for (int z = 0; z < grid.Z; z += slicesOfBlock)
        {
            for (int y = 0; y < grid.Y; y += rowsOfBlock)
            {
                blocks.Add(new RowBlock(z, Math.Min(slicesOfBlock, grid.Z - z), y, Math.Min(rowsOfBlock, grid.Y - y)));
            }
        }

        return [.. blocks];
    }

    /// <summary>One block of one class; the memory is this thread's and is overwritten by its next call.</summary>
    public ReadOnlySpan<float> Block(int @class, RowBlock block)
    {
        Buffers buffers = _buffers.Value!;
        RowBlock needed = _slabs!.SourceOf(block);
        Span<float> result = buffers.Result(block.Slices * block.Rows * _grid.Target.X);
        Span<float> scratch = buffers.Scratch(needed.Slices * needed.Rows * _grid.Source.X);
        ReadOnlySpan<float> source = _probabilities.Rows(@class, needed, scratch, out RowBlock given);
        _slabs.Resample(source, given, result, block);
        return result;
    }

    /// <summary>All rows of one class, in blocks of no particular order and from several threads.</summary>
    public void ForEachRow(int @class, RowSink sink, CancellationToken cancel)
    {
        if (IsBlockwise)
        {
            RowBlock[] blocks = Cut(_grid.Target);
            VolumeRows.ForEach(blocks.Length, i => sink(Block(@class, blocks[i]), blocks[i]), _threads, cancel);
            return;
        }

        float[] values = Whole(@class, cancel);
        int slice = _grid.Target.SliceCount;
        VolumeRows.ForEach(
            _grid.Target.Z, z => sink(values.AsSpan(z * slice, slice), new RowBlock(z, 1, 0, _grid.Target.Y)), _threads, cancel);
    }

    /// <summary>Lets the threads' memory go.</summary>
    public void Dispose() => _buffers.Dispose();

    /// <summary>One whole class, with any order.</summary>
    private float[] Whole(int @class, CancellationToken cancel)
    {
        float[] source = new float[_grid.Source.Count], target = new float[_grid.Target.Count];
        RowBlock all = new(0, _grid.Source.Z, 0, _grid.Source.Y);
        ReadOnlySpan<float> rows = _probabilities.Rows(@class, all, source, out _);
        AnisotropicResampling.Resample(rows, _grid.Source, target, _grid.Target, _grid.SeparateAxis, _grid.Order, _grid.OrderZ, cancel);
        return target;
    }

    private sealed class Buffers
    {
        private float[] _result = [];
        private float[] _scratch = [];

        public Span<float> Result(int count) => Grow(ref _result, count);

        public Span<float> Scratch(int count) => Grow(ref _scratch, count);

        private static Span<float> Grow(ref float[] buffer, int count)
        {
            if (buffer.Length < count) buffer = new float[count];
            return buffer.AsSpan(0, count);
        }
    }
}
