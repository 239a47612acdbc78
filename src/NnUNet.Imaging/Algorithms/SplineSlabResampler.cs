namespace NnUNet.Imaging.Algorithms;

/// <summary>
/// Resizes a volume (z, y, x) with splines of order 0, 1 or 3 slab by slab: some slices of the result out of just those of the
/// source that decide them, so that neither source nor result must be in memory as a whole.
/// </summary>
/// <remarks>
/// A cubic spline's coefficient depends on every slice, but on those 16 away by less than a float32 can tell, so slabs are equal to the
/// whole within rounding. Thread-safe. Where no order is 3, <see cref="BlockResampler"/> cuts rows too and is faster.
/// Source: nnunet/preprocessing/preprocessing.py resample_data_or_seg, with skimage's resize and scipy's map_coordinates.
/// </remarks>
public sealed class SplineSlabResampler
{
    private readonly AxisTaps _z;
    private readonly AxisTaps _y;
    private readonly AxisTaps _x;

    /// <summary>A resampler between two voxel counts.</summary>
    /// <param name="from">Voxel counts of the source.</param>
    /// <param name="to">Voxel counts of the result.</param>
    /// <param name="order">0, 1 or 3, in 3D or within the slices of the separate axis. Each slice stays within its own range.</param>
    /// <param name="separateAxis">The coarse axis (0 = z, 1 = y, 2 = x), whose slices are resized one by one; null resizes in 3D.</param>
    /// <param name="orderZ">0, 1 or 3, along the separate axis.</param>
    /// <exception cref="ArgumentException">An order is unknown, or an extent is empty.</exception>
    public SplineSlabResampler(Extent from, Extent to, int order, int? separateAxis = null, int orderZ = 0)
    {
        (From, To, SeparateAxis) = (from, to, separateAxis);
        _z = new AxisTaps(from.Z, to.Z, separateAxis == 0 ? orderZ : order);
        _y = new AxisTaps(from.Y, to.Y, separateAxis == 1 ? orderZ : order);
        _x = new AxisTaps(from.X, to.X, separateAxis == 2 ? orderZ : order);
    }

    /// <summary>Voxel counts of the source.</summary>
    public Extent From { get; }

    /// <summary>Voxel counts of the result.</summary>
    public Extent To { get; }

    /// <summary>The axis whose slices are resized one by one; null for none.</summary>
    public int? SeparateAxis { get; }

    /// <summary>Whether <see cref="Resample(ReadOnlySpan{float}, SourceRange?, Span{float}, int, int, int, CancellationToken)"/> needs the range of the whole source, because a slab holds only a part of what is clipped together.</summary>
    public bool NeedsRange => SeparateAxis != 0;

    /// <summary>The source slices that some slices of the result need.</summary>
    /// <param name="first">First slice of the result.</param>
    /// <param name="count">Number of slices.</param>
    public (int First, int Count) SourceOf(int first, int count) => _z.SourceOf(first, count);

    /// <summary>Some slices of the result.</summary>
    /// <param name="source">Just those slices that <see cref="SourceOf"/> names, packed.</param>
    /// <param name="range">The range of the whole source; null where it is not needed, or where the source is whole.</param>
    /// <param name="result">Receives the slices, packed.</param>
    /// <param name="first">First slice of the result.</param>
    /// <param name="count">Number of slices.</param>
    /// <param name="degree">Threads at most; 0 means the default.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A span does not have the voxels of its slices, or the range is missing.</exception>
    public void Resample(
        ReadOnlySpan<float> source, SourceRange? range, Span<float> result, int first, int count, int degree = 0, CancellationToken cancel = default)
    {
        AxisTaps z = _z.Part(first, count);
        SplineResampling.Check(source.Length, From with { Z = z.From }, result.Length, To with { Z = count });
        if (range is null && NeedsRange && z.From < From.Z) throw new ArgumentException("a part of the source does not tell the range of the whole", nameof(range));

        SplineResampling.WithPinned(source, result, (from, to) =>
        {
            if (SeparateAxis is null)
            {
                Bounds bounds = range?[0] ?? SeparableResampler.RangeOf(from, From, degree, cancel);
                SeparableResampler.Resize(from, to, z, _y, _x, bounds, degree, cancel);
            }
            else if (SeparateAxis == 0)
            {
                SeparableResampler.ResizeSlices(from, to, z, _y, _x, BoundsOfSlices(from, From.SliceCount, null), degree, cancel);
            }
            else
            {
                ResizeTurned(from, to, z, range, degree, cancel);
            }
        });
    }

    /// <summary>The whole result.</summary>
    internal void Resample(ReadOnlySpan<float> source, Span<float> result, int degree, CancellationToken cancel) =>
        Resample(source, null, result, 0, To.Z, degree, cancel);

    /// <summary>With the separate axis y or x turned to the front.</summary>
    private void ResizeTurned(FloatMemory source, FloatMemory result, AxisTaps z, SourceRange? range, int degree, CancellationToken cancel)
    {
        using FloatBuffer turned = new(source.Length), resized = new(result.Length);
        (AxisTaps separate, AxisTaps other) = SeparateAxis == 1 ? (_y, _x) : (_x, _y);
        ToFront(source.From(0), turned.Memory.From(0), z.From);
        SeparableResampler.ResizeSlices(
            turned.Memory, resized.Memory, separate, z, other, BoundsOfSlices(turned.Memory, z.From * other.From, range), degree, cancel);
        FromFront(resized.Memory.From(0), result.From(0), z.To);
    }

    private static Func<int, Bounds> BoundsOfSlices(FloatMemory slices, int count, SourceRange? range) =>
        range is null ? slice => SeparableResampler.RangeOf(slices.Slice((long)slice * count, count)) : slice => range[slice];

    private void ToFront(ReadOnlySpan<float> data, Span<float> result, int slices)
    {
        if (SeparateAxis == 2) SplineKernels.Transpose(data, From.X, slices * From.Y, From.X, result, slices * From.Y);
        else SwapRows(data, slices, From.Y, From.X, result);
    }

    private void FromFront(ReadOnlySpan<float> data, Span<float> result, int slices)
    {
        if (SeparateAxis == 2) SplineKernels.Transpose(data, slices * To.Y, To.X, slices * To.Y, result, To.X);
        else SwapRows(data, To.Y, slices, To.X, result);
    }

    private static void SwapRows(ReadOnlySpan<float> data, int outer, int inner, int row, Span<float> result)
    {
        for (int i = 0; i < outer; i++)
        {
            for (int j = 0; j < inner; j++) data.Slice(((i * inner) + j) * row, row).CopyTo(result.Slice(((j * outer) + i) * row, row));
        }
    }
}
