using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

public class SplineResamplingTests
{
    /// <summary>Float32 against double: a few units in the last of 24 bits.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>From and to: up, down, mixed, one axis only, one voxel thick, wider than a vector, odd widths.</summary>
    public static TheoryData<int[], int[]> Sizes => new()
    {
        { [7, 9, 11], [9, 12, 14] },
        { [9, 12, 14], [7, 9, 11] },
        { [5, 21, 40], [8, 15, 47] },
        { [12, 20, 33], [6, 31, 50] },
        { [6, 5, 64], [6, 5, 35] },
        { [6, 17, 20], [6, 40, 20] },
        { [6, 17, 20], [11, 17, 20] },
        { [6, 17, 20], [3, 17, 20] },
        { [1, 30, 41], [1, 50, 37] },
        { [1, 30, 41], [3, 20, 60] },
        { [4, 1, 1], [9, 3, 2] },
        { [1, 1, 1], [2, 3, 4] },
        { [2, 2, 2], [5, 6, 7] },
        { [8, 8, 8], [1, 1, 1] },
        { [3, 70, 80], [40, 10, 90] },
        { [40, 70, 6], [20, 90, 100] },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Resize_Cubic_EqualsThePlainTwin(int[] fromSizes, int[] toSizes) => ResizeEqualsThePlainTwin(fromSizes, toSizes, 3);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Resize_Linear_EqualsThePlainTwin(int[] fromSizes, int[] toSizes) => ResizeEqualsThePlainTwin(fromSizes, toSizes, 1);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Resize_Nearest_EqualsThePlainTwin(int[] fromSizes, int[] toSizes) => ResizeEqualsThePlainTwin(fromSizes, toSizes, 0);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ResizeLabels_Linear_EqualsThePlainTwin(int[] fromSizes, int[] toSizes) => LabelsEqualThePlainTwin(fromSizes, toSizes, 1, 7);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ResizeLabels_Nearest_EqualsThePlainTwin(int[] fromSizes, int[] toSizes) => LabelsEqualThePlainTwin(fromSizes, toSizes, 0, 8);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ResizeLabels_Cubic_EqualsThePlainTwin(int[] fromSizes, int[] toSizes) => LabelsEqualThePlainTwin(fromSizes, toSizes, 3, 9);

    [Fact]
    public void Resize_SameExtent_PassesThroughUntouched()
    {
        // Given
        Extent extent = new(3, 4, 5);
        float[] data = Volumes.Noise(extent);
        float[] result = new float[extent.Count];

        // When
        SplineResampling.Resize(data, extent, result, extent, 3);

        // Then
        Assert.Equal(data, result);
    }

    [Fact]
    public void Resize_ConstantImage_StaysExactlyConstant()
    {
        // Given
        Extent from = new(5, 20, 33), to = new(7, 26, 50);
        float[] data = [.. Enumerable.Repeat(0.1f, (int)from.Count)];
        float[] cubic = new float[to.Count], linear = new float[to.Count];

        // When
        SplineResampling.Resize(data, from, cubic, to, 3);
        SplineResampling.Resize(data, from, linear, to, 1);

        // Then
        Assert.All(cubic, static v => Assert.Equal(0.1f, v));
        Assert.All(linear, static v => Assert.Equal(0.1f, v));
    }

    [Fact]
    public void Resize_CubicOvershoot_IsHeldInTheSourcesRange()
    {
        // Given: a step, at which a cubic spline overshoots
        Extent from = new(1, 1, 8), to = new(1, 1, 40);
        float[] data = [0, 0, 0, 0, 10, 10, 10, 10];
        float[] result = new float[to.Count];

        // When
        SplineResampling.Resize(data, from, result, to, 3);

        // Then
        Assert.Equal(0, result.Min());
        Assert.Equal(10, result.Max());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Resize_OnTheCallersThread_EqualsTheOneOnSeveral(int order)
    {
        // Given
        Extent from = new(9, 20, 33), to = new(7, 26, 50);
        float[] data = Volumes.Noise(from);
        float[] one = new float[to.Count], several = new float[to.Count];

        // When
        SplineResampling.Resize(data, from, one, to, order, degree: 1);
        SplineResampling.Resize(data, from, several, to, order, degree: 3);

        // Then
        Assert.Equal(several, one);
    }

    [Fact]
    public void Resize_UnknownOrder_IsRefused()
    {
        // Given
        float[] data = new float[8], result = new float[27];

        // When, Then
        Assert.Throws<ArgumentOutOfRangeException>(() => SplineResampling.Resize(data, new Extent(2, 2, 2), result, new Extent(3, 3, 3), 2));
    }

    [Fact]
    public void Resize_WrongLength_IsRefusedWithBothCounts()
    {
        // Given
        float[] data = new float[8], result = new float[26];

        // When
        ArgumentException error = Assert.Throws<ArgumentException>(() => SplineResampling.Resize(data, new Extent(2, 2, 2), result, new Extent(3, 3, 3), 1));

        // Then
        Assert.Equal("the result has 26 voxels, but 3x3x3 has 27", error.Message);
    }

    [Fact]
    public void Resize_CancelledBefore_Throws()
    {
        // Given
        float[] data = new float[8], result = new float[27];
        using CancellationTokenSource source = new();
        source.Cancel();

        // When, Then
        Assert.Throws<OperationCanceledException>(() => SplineResampling.Resize(data, new Extent(2, 2, 2), result, new Extent(3, 3, 3), 3, cancel: source.Token));
    }

    private static void ResizeEqualsThePlainTwin(int[] fromSizes, int[] toSizes, int order)
    {
        // Given
        Extent from = Extent.From(fromSizes), to = Extent.From(toSizes);
        float[] data = Volumes.Noise(from);
        float[] result = new float[to.Count];

        // When
        SplineResampling.Resize(data, from, result, to, order);

        // Then
        Golden.AssertClose($"{from} to {to}, order {order}", ResamplingReference.Resize(data, from, to, order), result, Tolerance * data.Max(Math.Abs));
    }

    private static void LabelsEqualThePlainTwin(int[] fromSizes, int[] toSizes, int order, uint seed)
    {
        // Given
        Extent from = Extent.From(fromSizes), to = Extent.From(toSizes);
        short[] labels = Volumes.Labels(from, seed: seed);
        short[] result = new short[to.Count];

        // When
        SplineResampling.ResizeLabels(labels, from, result, to, order);

        // Then
        LabelAssert.EqualButForTies(ResamplingReference.ResizeLabels(labels, from, to, order), result, labels, from, to, order);
    }
}
