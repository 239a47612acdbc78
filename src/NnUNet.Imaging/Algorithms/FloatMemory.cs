namespace NnUNet.Imaging.Algorithms;

/// <summary>A span's memory that stays in place for as long as a parallel loop runs, because its owner has pinned it.</summary>
internal readonly unsafe struct FloatMemory(float* start, long length)
{
    private readonly float* _start = start;

    public long Length { get; } = length;

    public Span<float> Slice(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + count, Length);
        return new Span<float>(_start + offset, count);
    }

    /// <summary>All from <paramref name="offset"/> on as a span.</summary>
    public Span<float> From(long offset) => Slice(offset, (int)Math.Min(int.MaxValue, Length - offset));

    /// <summary>All from <paramref name="offset"/> on.</summary>
    public FloatMemory At(long offset) => new(_start + offset, Length - offset);
}
