using NnUNet.Imaging.Algorithms;

namespace NnUNet.Imaging.Tests.Algorithms;

public class BlockResamplerTests
{
    /// <summary>From, to, separate axis (-1: none), order along it.</summary>
    public static TheoryData<int[], int[], int, int> Cases => new()
    {
        { [7, 9, 11], [12, 13, 20], -1, 1 },
        { [12, 13, 20], [7, 9, 11], -1, 1 },
        { [12, 9, 20], [7, 13, 11], -1, 1 },
        { [5, 9, 11], [12, 13, 20], 0, 0 },
        { [12, 9, 11], [5, 13, 20], 0, 0 },
        { [7, 9, 5], [12, 8, 11], 2, 0 },
        { [7, 5, 9], [12, 8, 11], 1, 0 },
        { [6, 8, 9], [6, 8, 9], -1, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resample_BlockFromTheSmallestSource_EqualsThatPartOfTheWhole(int[] fromSizes, int[] toSizes, int separate, int orderZ)
    {
        // Given
        Extent from = Extent.From(fromSizes), to = Extent.From(toSizes);
        int? axis = separate < 0 ? null : separate;
        float[] data = Volumes.Noise(from);
        float[] whole = new float[to.Count];
        AnisotropicResampling.Resample(data, from, whole, to, axis, 1, orderZ);
        BlockResampler resampler = new(from, to, 1, axis, orderZ);
        RowBlock block = new(2, 3, 4, 3);
        RowBlock needed = resampler.SourceOf(block);
        float[] part = new float[block.Slices * block.Rows * to.X];

        // When
        resampler.Resample(Cut(data, from, needed), needed, part, block);

        // Then
        Assert.Equal(Cut(whole, to, block), part);
    }

    [Fact]
    public void Resample_SlabBySlab_EqualsTheWhole()
    {
        // Given
        Extent from = new(7, 9, 11), to = new(10, 14, 9);
        float[] data = Volumes.Noise(from);
        float[] whole = new float[to.Count];
        SplineResampling.Resize(data, from, whole, to, 1);
        BlockResampler resampler = new(from, to, 1);
        float[] slabs = new float[to.Count];

        // When
        resampler.Resample(data, slabs, 0, 4);
        resampler.Resample(data, slabs.AsSpan(4 * to.SliceCount), 4, 6);

        // Then
        Assert.Equal(whole, slabs);
    }

    [Fact]
    public void Resample_Repeated_AllocatesNothing()
    {
        // Given
        Extent from = new(20, 64, 64), to = new(30, 100, 100);
        float[] data = Volumes.Noise(from);
        float[] result = new float[to.Count];
        BlockResampler resampler = new(from, to, 1);
        resampler.Resample(data, result, 0, to.Z);
        long before = GC.GetAllocatedBytesForCurrentThread();

        // When
        resampler.Resample(data, result, 0, to.Z);

        // Then
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }

    [Fact]
    public void Resample_SourceRowsAreMissing_IsRefused()
    {
        // Given
        BlockResampler resampler = new(new Extent(8, 8, 8), new Extent(16, 16, 16), 1);
        float[] source = new float[64], result = new float[16 * 16];

        // When, Then
        Assert.Throws<ArgumentException>(() => resampler.Resample(source, new RowBlock(0, 1, 0, 8), result, new RowBlock(8, 1, 0, 16)));
    }

    [Fact]
    public void Constructor_Cubic_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockResampler(new Extent(8, 8, 8), new Extent(16, 16, 16), 3));

    private static float[] Cut(float[] volume, Extent extent, RowBlock block) =>
        [.. Enumerable.Range(block.FirstSlice, block.Slices).SelectMany(z => volume.AsSpan(((z * extent.Y) + block.FirstRow) * extent.X, block.Rows * extent.X).ToArray())];
}
