using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>Receives rows of one class on the transposed target grid, packed (z, y, x).</summary>
internal delegate void RowSink(ReadOnlySpan<float> probabilities, RowBlock rows);

/// <summary>
/// Resamples classes to the cropped image's grid, a part at a time: in blocks that a core makes by itself where two neighbours an
/// axis suffice, else in slabs of whole slices that all threads make together.
/// </summary>
internal sealed class ClassResampler : IDisposable
{
    /// <summary>Voxels of a block: what a class, the best so far and the labels of a block take fits into a core's second-level cache.</summary>
    private const int BlockVoxels = 1 << 15;

    /// <summary>Voxels of a slab: enough that the slices which a cubic spline needs beyond the slab's own do not weigh much.</summary>
    private const int SlabVoxels = 1 << 23;

    private readonly ProbabilityMaps _probabilities;
    private readonly ExportGrid _grid;
    private readonly int _threads;
    private readonly BlockResampler? _blocks;
    private readonly SplineSlabResampler? _slabs;
    private readonly ThreadLocal<Buffers> _buffers = new(static () => new Buffers());
    private SourceRange[]? _ranges;

    public ClassResampler(ProbabilityMaps probabilities, ExportGrid grid, int threads)
    {
        _probabilities = probabilities;
        _grid = grid;
        _threads = threads;
        if (grid.IsLinear) _blocks = new BlockResampler(grid.Source, grid.Target, Math.Min(grid.Order, 1), grid.SeparateAxis, Math.Min(grid.OrderZ, 1));
        else _slabs = new SplineSlabResampler(grid.Source, grid.Target, grid.Order, grid.SeparateAxis, grid.OrderZ);
    }

    /// <summary>Whether parts are blocks, to be made on several threads at a time, and not slabs, which use all threads themselves.</summary>
    public bool IsBlockwise => _blocks is not null;

    /// <summary>Bytes that resampling and deciding take at most beside the probabilities and the result.</summary>
    public static long WorkingBytes(Extent source, Extent target, ExportOptions options)
    {
        const long OfBlocks = 16 << 20;
        if (options.Order <= 1 && options.OrderZ <= 1) return OfBlocks;

        // The slab, turned, its best probabilities and labels; its source, turned, and resized in its plane.
        int slices = SlicesOfSlab(target);
        long sources = new SplineSlabResampler(source, target, order: 3).SourceOf((target.Z - slices) / 2, slices).Count;
        long slab = 4L * slices * target.SliceCount;
        return OfBlocks + (sizeof(float) * (slab + (sources * ((2L * source.SliceCount) + Math.Max(source.SliceCount, target.SliceCount)))));
    }

    /// <summary>The target grid cut into blocks of whole rows, or into slabs of whole slices.</summary>
    public RowBlock[] Parts()
    {
        Extent grid = _grid.Target;
        return IsBlockwise ? Cut(grid) : Cut(grid, SlicesOfSlab(grid), grid.Y);
    }

    /// <summary>One block of one class; the memory is this thread's and is overwritten by its next call.</summary>
    public ReadOnlySpan<float> Block(int @class, RowBlock block)
    {
        Buffers buffers = _buffers.Value!;
        RowBlock needed = _blocks!.SourceOf(block);
        Span<float> result = buffers.Result(block.Slices * block.Rows * _grid.Target.X);
        Span<float> scratch = buffers.Scratch(needed.Slices * needed.Rows * _grid.Source.X);
        ReadOnlySpan<float> source = _probabilities.Rows(@class, needed, scratch, out RowBlock given);
        _blocks.Resample(source, given, result, block);
        return result;
    }

    /// <summary>The slices of a slab of one class, in no particular order and from several threads.</summary>
    public void Slab(int @class, RowBlock slab, RowSink sink, CancellationToken cancel)
    {
        Buffers buffers = _buffers.Value!;
        if (_slabs!.NeedsRange) _ranges ??= Ranges(cancel);
        (int first, int count) = _slabs.SourceOf(slab.FirstSlice, slab.Slices);
        int slice = _grid.Target.SliceCount;
        _slabs.Resample(Slices(@class, first, count, buffers), _ranges?[@class], buffers.Result(slab.Slices * slice), slab.FirstSlice, slab.Slices, _threads, cancel);
        ParallelLoop.ForEach(
            slab.Slices,
            z => sink(buffers.Result(slab.Slices * slice).Slice(z * slice, slice), new RowBlock(slab.FirstSlice + z, 1, 0, slab.Rows)),
            _threads,
            cancel);
    }

    /// <summary>All rows of one class, in no particular order and from several threads.</summary>
    public void ForEachRow(int @class, RowSink sink, CancellationToken cancel)
    {
        RowBlock[] parts = Parts();
        if (IsBlockwise) ParallelLoop.ForEach(parts.Length, i => sink(Block(@class, parts[i]), parts[i]), _threads, cancel);
        else foreach (RowBlock slab in parts) Slab(@class, slab, sink, cancel);
    }

    /// <summary>Frees the threads' buffers.</summary>
    public void Dispose() => _buffers.Dispose();

    private static int SlicesOfSlab(Extent grid) => Math.Clamp(SlabVoxels / grid.SliceCount, 1, grid.Z);

    private static RowBlock[] Cut(Extent grid)
    {
        int rows = Math.Max(1, BlockVoxels / grid.X);
        int slicesOfBlock = Math.Clamp((int)Math.Sqrt(rows), 1, grid.Z);
        int rowsOfBlock = Math.Clamp(rows / slicesOfBlock, 1, grid.Y);
        return Cut(grid, Math.Clamp(rows / rowsOfBlock, 1, grid.Z), rowsOfBlock);
    }

    private static RowBlock[] Cut(Extent grid, int slicesOfPart, int rowsOfPart)
    {
        List<RowBlock> parts = [];
        for (int z = 0; z < grid.Z; z += slicesOfPart)
        {
            for (int y = 0; y < grid.Y; y += rowsOfPart)
            {
                parts.Add(new RowBlock(z, Math.Min(slicesOfPart, grid.Z - z), y, Math.Min(rowsOfPart, grid.Y - y)));
            }
        }

        return [.. parts];
    }

    /// <summary>The range of each class, between which a cubic spline is held.</summary>
    private SourceRange[] Ranges(CancellationToken cancel)
    {
        SourceRange[] ranges = new SourceRange[_probabilities.Classes];
        ParallelLoop.ForEach(
            ranges.Length,
            k =>
            {
                ranges[k] = new SourceRange(_grid.Source, _slabs!.SeparateAxis);
                for (int z = 0; z < _grid.Source.Z; z++) ranges[k].Include(Slices(k, z, 1, _buffers.Value!));
            },
            _threads,
            cancel);
        return ranges;
    }

    /// <summary>Whole slices of one class as the network gave it.</summary>
    private ReadOnlySpan<float> Slices(int @class, int first, int count, Buffers buffers)
    {
        int slice = _grid.Source.SliceCount;
        Span<float> scratch = buffers.Scratch(count * slice);
        ReadOnlySpan<float> rows = _probabilities.Rows(@class, new RowBlock(first, count, 0, _grid.Source.Y), scratch, out RowBlock given);
        return rows.Slice((first - given.FirstSlice) * slice, count * slice);
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
