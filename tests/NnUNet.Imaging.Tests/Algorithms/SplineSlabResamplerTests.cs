using NnUNet.Imaging.Algorithms;

namespace NnUNet.Imaging.Tests.Algorithms;

public class SplineSlabResamplerTests
{
    /// <summary>Float32 rounding of values up to 1000 through three filters, and what slices beyond a spline's reach would add.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>From, to, separate axis (-1: none), order, order along the separate axis.</summary>
    public static TheoryData<int[], int[], int, int, int> Cases => new()
    {
        { [60, 9, 11], [90, 13, 20], -1, 3, 0 },
        { [90, 13, 20], [60, 9, 11], -1, 3, 0 },
        { [60, 9, 11], [90, 9, 11], -1, 3, 0 },
        { [60, 9, 11], [60, 13, 20], -1, 3, 0 },
        { [60, 9, 11], [90, 13, 20], 0, 3, 0 },
        { [60, 9, 11], [45, 13, 20], 0, 3, 1 },
        { [60, 9, 11], [90, 9, 11], 0, 1, 3 },
        { [60, 9, 11], [90, 13, 20], 1, 3, 0 },
        { [60, 9, 11], [50, 13, 8], 1, 3, 3 },
        { [60, 9, 11], [90, 13, 20], 2, 3, 0 },
        { [60, 9, 11], [90, 7, 20], 2, 1, 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resample_SlabBySlab_EqualsTheWhole(int[] fromSizes, int[] toSizes, int separate, int order, int orderZ)
    {
        // Given
        Extent from = Extent.From(fromSizes), to = Extent.From(toSizes);
        int? axis = separate < 0 ? null : separate;
        float[] data = Volumes.Noise(from);
        float[] whole = new float[to.Count], slabs = new float[to.Count];
        AnisotropicResampling.Resample(data, from, whole, to, axis, order, orderZ);
        SplineSlabResampler resampler = new(from, to, order, axis, orderZ);
        SourceRange? range = RangeOf(data, from, axis);

        // When
        Part(resampler, data, range, slabs, 0, 7);
        Part(resampler, data, range, slabs, 7, 30);
        Part(resampler, data, range, slabs, 37, to.Z - 37);

        // Then
        Assert.InRange(whole.Zip(slabs).Max(static p => MathF.Abs(p.First - p.Second)), 0, Tolerance);
    }

    [Fact]
    public void SourceOf_CubicSlab_NamesTheSlicesThatDecideIt()
    {
        // Given
        SplineSlabResampler resampler = new(new Extent(100, 8, 8), new Extent(200, 16, 16), 3);

        // When
        (int first, int count) = resampler.SourceOf(100, 20);

        // Then: samples 100 to 119 lie at 49.75 to 59.25, between slices 48 and 61, and a spline reaches 16 further
        Assert.Equal((48 - 16, 61 - 48 + 1 + 32), (first, count));
    }

    [Fact]
    public void Resample_PartWithoutTheRangeOfTheWhole_IsRefused()
    {
        // Given
        SplineSlabResampler resampler = new(new Extent(60, 4, 4), new Extent(90, 4, 4), 3);
        (int _, int count) = resampler.SourceOf(0, 5);

        // When, Then
        Assert.Throws<ArgumentException>(() => resampler.Resample(new float[count * 16], null, new float[5 * 16], 0, 5));
    }

    private static SourceRange? RangeOf(float[] data, Extent from, int? axis)
    {
        if (axis == 0) return null;
        SourceRange range = new(from, axis);
        for (int z = 0; z < from.Z; z++) range.Include(data.AsSpan(z * from.SliceCount, from.SliceCount));
        return range;
    }

    private static void Part(SplineSlabResampler resampler, float[] data, SourceRange? range, float[] result, int first, int count)
    {
        (int source, int sources) = resampler.SourceOf(first, count);
        int from = resampler.From.SliceCount, to = resampler.To.SliceCount;
        resampler.Resample(data.AsSpan(source * from, sources * from), range, result.AsSpan(first * to, count * to), first, count);
    }
}
