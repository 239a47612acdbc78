using System.Buffers;

namespace NnUNet.Imaging.Algorithms;

/// <summary>
/// Resizes a volume (z, y, x) piece by piece with order 1 (linear) or 0 (nearest): any slices or rows of the result, out of just
/// those of the source that they need, so that neither source nor result must be in memory as a whole.
/// </summary>
/// <remarks>
/// Thread-safe: every call has its own scratch memory. The values are those of <see cref="AnisotropicResampling.Resample"/>.
/// Source: nnunet/preprocessing/preprocessing.py resample_data_or_seg, with skimage's resize and scipy's map_coordinates.
/// </remarks>
public sealed class BlockResampler
{
    private readonly AxisTaps _z;
    private readonly AxisTaps _y;
    private readonly AxisTaps _x;

    /// <summary>A resampler between two voxel counts.</summary>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="to">Voxel counts of the result.</param>
    /// <param name="order">1 (linear) or 0 (nearest).</param>
    /// <param name="separateAxis">The axis that has an order of its own (0 = z, 1 = y, 2 = x), if one has.</param>
    /// <param name="orderZ">The order along that axis: 0 or 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An order is not 0 or 1.</exception>
    public BlockResampler(Extent from, Extent to, int order, int? separateAxis = null, int orderZ = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orderZ, 1);
        From = from;
        To = to;
        _z = new AxisTaps(from.Z, to.Z, separateAxis == 0 ? orderZ : order);
        _y = new AxisTaps(from.Y, to.Y, separateAxis == 1 ? orderZ : order);
        _x = new AxisTaps(from.X, to.X, separateAxis == 2 ? orderZ : order);
    }

    /// <summary>Voxel counts of the source.</summary>
    public Extent From { get; }

    /// <summary>Voxel counts of the result.</summary>
    public Extent To { get; }

    /// <summary>The source rows that a block of the result needs.</summary>
    public RowBlock SourceOf(RowBlock result)
    {
        (int firstSlice, int slices) = _z.SourceOf(result.FirstSlice, result.Slices);
        (int firstRow, int rows) = _y.SourceOf(result.FirstRow, result.Rows);
        return new RowBlock(firstSlice, slices, firstRow, rows);
    }

    /// <summary>Whole slices of the result out of a whole source.</summary>
    /// <param name="source">All voxels of the source.</param>
    /// <param name="result">Receives <paramref name="slices"/> slices.</param>
    /// <param name="firstSlice">First slice of the result.</param>
    /// <param name="slices">Number of slices.</param>
    public void Resample(ReadOnlySpan<float> source, Span<float> result, int firstSlice, int slices) =>
        Resample(source, new RowBlock(0, From.Z, 0, From.Y), result, new RowBlock(firstSlice, slices, 0, To.Y));

    /// <summary>A block of the result out of a block of the source that holds at least what <see cref="SourceOf"/> names.</summary>
    /// <param name="source">The source block's voxels, packed.</param>
    /// <param name="sourceBlock">What they are.</param>
    /// <param name="result">Receives the result block's voxels, packed.</param>
    /// <param name="resultBlock">What is wanted.</param>
    /// <exception cref="ArgumentException">The source block lacks rows, or a span is too short.</exception>
    public void Resample(ReadOnlySpan<float> source, RowBlock sourceBlock, Span<float> result, RowBlock resultBlock)
    {
        RowBlock needed = SourceOf(resultBlock);
        int sourcePlane = sourceBlock.Rows * From.X;
        int plane = resultBlock.Rows * To.X;
        if (!Contains(sourceBlock, needed) || source.Length < sourceBlock.Slices * sourcePlane || result.Length < resultBlock.Slices * plane)
        {
            throw new ArgumentException($"{resultBlock} of {To} needs {needed} of {From}, but {sourceBlock} in {source.Length} voxels is given, with room for {result.Length}");
        }

        bool blendFirst = _z.Order == 1 && To.Z < From.Z;
        int scratch = 2 * Math.Max(From.X, To.X);
        int planes = _z.Order == 0 ? 0 : blendFirst ? needed.Rows * From.X : 2 * plane;
        float[] rented = ArrayPool<float>.Shared.Rent(scratch + planes);
        try
        {
            Span<float> rows = rented.AsSpan(0, scratch);
            Span<float> buffer = rented.AsSpan(scratch, planes);
            Slab slab = new(source, sourceBlock, result, resultBlock, needed, rows, buffer);
            if (_z.Order == 0) Pick(slab);
            else if (blendFirst) BlendThenResize(slab);
            else ResizeThenBlend(slab);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private static bool Contains(RowBlock outer, RowBlock inner) =>
        inner.FirstSlice >= outer.FirstSlice && inner.FirstSlice + inner.Slices <= outer.FirstSlice + outer.Slices &&
        inner.FirstRow >= outer.FirstRow && inner.FirstRow + inner.Rows <= outer.FirstRow + outer.Rows;

    private void Pick(in Slab slab)
    {
        for (int i = 0; i < slab.ResultBlock.Slices; i++)
        {
            int k = slab.ResultBlock.FirstSlice + i;
            Span<float> target = slab.ResultPlane(i, To.X);
            if (i > 0 && _z.First[k] == _z.First[k - 1]) slab.ResultPlane(i - 1, To.X).CopyTo(target);
            else ResizeRows(slab.SourcePlane(_z.First[k], From.X), slab.SourceBlock.FirstRow, target, slab.ResultBlock, slab.Rows);
        }
    }

    /// <summary>Fewer slices than before: first the two source slices of each are blended, then the blend is resized in its plane.</summary>
    private void BlendThenResize(in Slab slab)
    {
        int skip = (slab.Needed.FirstRow - slab.SourceBlock.FirstRow) * From.X;
        for (int i = 0; i < slab.ResultBlock.Slices; i++)
        {
            int k = slab.ResultBlock.FirstSlice + i;
            SplineKernels.Blend(
                slab.SourcePlane(_z.First[k], From.X).Slice(skip, slab.Buffer.Length),
                slab.SourcePlane(_z.Second(k), From.X).Slice(skip, slab.Buffer.Length),
                _z.SecondWeight(k),
                slab.Buffer);
            ResizeRows(slab.Buffer, slab.Needed.FirstRow, slab.ResultPlane(i, To.X), slab.ResultBlock, slab.Rows);
        }
    }

    /// <summary>More slices than before: each source slice is resized in its plane once and kept while the result's slices blend it.</summary>
    private void ResizeThenBlend(in Slab slab)
    {
        int plane = slab.ResultBlock.Rows * To.X;
        Span<float> lower = slab.Buffer[..plane], upper = slab.Buffer[plane..];
        int lowerIs = -1, upperIs = -1;
        for (int i = 0; i < slab.ResultBlock.Slices; i++)
        {
            int k = slab.ResultBlock.FirstSlice + i;
            int first = _z.First[k], second = _z.Second(k);
            if (lowerIs != first && upperIs == first)
            {
                Span<float> kept = upper;
                upper = lower;
                lower = kept;
                (lowerIs, upperIs) = (upperIs, lowerIs);
            }

            if (lowerIs != first) ResizeRows(slab.SourcePlane(first, From.X), slab.SourceBlock.FirstRow, lower, slab.ResultBlock, slab.Rows);
            lowerIs = first;
            if (_z.SecondWeight(k) > 0 && upperIs != second)
            {
                ResizeRows(slab.SourcePlane(second, From.X), slab.SourceBlock.FirstRow, upper, slab.ResultBlock, slab.Rows);
                upperIs = second;
            }

            SplineKernels.Blend(lower, upper, _z.SecondWeight(k), slab.ResultPlane(i, To.X));
        }
    }

    /// <summary>Resizes one plane along y and x, in the order that is less work.</summary>
    private void ResizeRows(ReadOnlySpan<float> plane, int firstSourceRow, Span<float> result, RowBlock block, Span<float> scratch)
    {
        Span<float> lower = scratch[..(scratch.Length / 2)], upper = scratch[(scratch.Length / 2)..];
        int lowerIs = -1, upperIs = -1;
        for (int i = 0; i < block.Rows; i++)
        {
            int k = block.FirstRow + i;
            int first = _y.First[k], second = _y.Second(k);
            float weight = _y.SecondWeight(k);
            Span<float> target = result.Slice(i * To.X, To.X);
            ReadOnlySpan<float> a = plane.Slice((first - firstSourceRow) * From.X, From.X);
            if (weight == 0)
            {
                SplineKernels.ResizeRow(a, _x, target);
                continue;
            }

            ReadOnlySpan<float> b = plane.Slice((second - firstSourceRow) * From.X, From.X);
            if (To.Y <= From.Y)
            {
                SplineKernels.Blend(a, b, weight, lower[..From.X]);
                SplineKernels.ResizeRow(lower, _x, target);
                continue;
            }

            if (lowerIs != first && upperIs == first)
            {
                Span<float> kept = upper;
                upper = lower;
                lower = kept;
                (lowerIs, upperIs) = (upperIs, lowerIs);
            }

            if (lowerIs != first) SplineKernels.ResizeRow(a, _x, lower);
            if (upperIs != second) SplineKernels.ResizeRow(b, _x, upper);
            (lowerIs, upperIs) = (first, second);
            SplineKernels.Blend(lower, upper, weight, target);
        }
    }

    private readonly ref struct Slab(
        ReadOnlySpan<float> source, RowBlock sourceBlock, Span<float> result, RowBlock resultBlock, RowBlock needed, Span<float> rows, Span<float> buffer)
    {
        private readonly ReadOnlySpan<float> _source = source;
        private readonly Span<float> _result = result;

        public RowBlock SourceBlock { get; } = sourceBlock;

        public RowBlock ResultBlock { get; } = resultBlock;

        public RowBlock Needed { get; } = needed;

        public Span<float> Rows { get; } = rows;

        public Span<float> Buffer { get; } = buffer;

        public ReadOnlySpan<float> SourcePlane(int slice, int width) =>
            _source.Slice((slice - SourceBlock.FirstSlice) * SourceBlock.Rows * width, SourceBlock.Rows * width);

        public Span<float> ResultPlane(int index, int width) => _result.Slice(index * ResultBlock.Rows * width, ResultBlock.Rows * width);
    }
}
