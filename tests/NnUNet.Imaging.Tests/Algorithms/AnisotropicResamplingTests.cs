using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

public class AnisotropicResamplingTests
{
    private const double Tolerance = 1e-6;

    /// <summary>Axis, order within the slices, order along the axis.</summary>
    public static TheoryData<int, int, int> Orders
    {
        get
        {
            TheoryData<int, int, int> data = [];
            foreach (int axis in new[] { 0, 1, 2 })
            {
                foreach (int order in new[] { 0, 1, 3 })
                {
                    foreach (int orderZ in new[] { 0, 1, 3 }) data.Add(axis, order, orderZ);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Resample_AxisGrows_EqualsThePlainTwin(int axis, int order, int orderZ) =>
        ResampleEqualsThePlainTwin(new Extent(6, 7, 18), new Extent(9, 11, 21), axis, order, orderZ);

    [Theory]
    [MemberData(nameof(Orders))]
    public void Resample_AxisShrinks_EqualsThePlainTwin(int axis, int order, int orderZ) =>
        ResampleEqualsThePlainTwin(new Extent(9, 11, 21), new Extent(5, 6, 17), axis, order, orderZ);

    [Theory]
    [MemberData(nameof(Orders))]
    public void Resample_AxisStays_EqualsThePlainTwin(int axis, int order, int orderZ)
    {
        Extent from = new(6, 7, 18);
        ResampleEqualsThePlainTwin(from, new Extent(8, 6, 30).With(axis, from[axis]), axis, order, orderZ);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Resample_OnlyTheAxisChanges_EqualsThePlainTwin(int axis, int order, int orderZ)
    {
        Extent from = new(6, 7, 18);
        ResampleEqualsThePlainTwin(from, from.With(axis, 10), axis, order, orderZ);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void ResampleLabels_MixedSizes_EqualsThePlainTwin(int axis, int order, int orderZ)
    {
        // Given: factors without ties
        Extent from = new(7, 9, 13), to = new(10, 7, 17);
        short[] labels = Volumes.Labels(from);
        short[] result = new short[to.Count];

        // When
        AnisotropicResampling.ResampleLabels(labels, from, result, to, axis, order, orderZ);

        // Then
        Assert.Equal(ResamplingReference.ResampleLabels(labels, from, to, axis, order, orderZ), result);
    }

    [Fact]
    public void ResampleLabels_HalfwayAlongTheCoarseAxisWithOrder1_GivesBackground()
    {
        // Given: the middle sample of three lies just between the two slices
        Extent from = new(2, 2, 2), to = new(3, 2, 2);
        short[] labels = [1, 1, 1, 1, 2, 2, 2, 2];
        short[] result = new short[12];

        // When
        AnisotropicResampling.ResampleLabels(labels, from, result, to, 0, 1, 1);

        // Then
        Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2], result);
    }

    [Theory]
    [InlineData(3.0, 1.0, 1.0, false)]
    [InlineData(3.1, 1.0, 1.0, true)]
    [InlineData(1.0, 1.0, 4.0, true)]
    [InlineData(999.0, 1.0, 1.0, true)]
    public void DoSeparateZ_Spacing_IsTrueAboveThreeTimes(double z, double y, double x, bool expected) =>
        Assert.Equal(expected, AnisotropicResampling.IsAnisotropic(new Spacing(z, y, x)));

    [Fact]
    public void LowResolutionAxes_EqualSpacings_AreAllNamed()
    {
        Assert.Equal([0, 1, 2], AnisotropicResampling.CoarsestAxes(new Spacing(2, 2, 2)));
        Assert.Equal([0, 2], AnisotropicResampling.CoarsestAxes(new Spacing(2, 1, 2)));
        Assert.Equal([1], AnisotropicResampling.CoarsestAxes(new Spacing(1, 3, 2)));
    }

    [Fact]
    public void SeparateAxis_OriginalIsAnisotropic_IsItsCoarseAxis() =>
        Assert.Equal(2, AnisotropicResampling.SeparateAxis(new Spacing(1, 1, 4), new Spacing(5, 1, 1)));

    [Fact]
    public void SeparateAxis_OnlyTheTargetIsAnisotropic_IsItsCoarseAxis() =>
        Assert.Equal(0, AnisotropicResampling.SeparateAxis(new Spacing(1, 1, 1), new Spacing(5, 1, 1)));

    [Fact]
    public void SeparateAxis_NeitherIsAnisotropic_IsNone() =>
        Assert.Null(AnisotropicResampling.SeparateAxis(new Spacing(1, 1, 2), new Spacing(2, 1, 1)));

    [Fact]
    public void SeparateAxis_TwoEquallyCoarseAxes_SwitchItOff()
    {
        Assert.Null(AnisotropicResampling.SeparateAxis(new Spacing(4, 4, 1), new Spacing(1, 1, 1)));
        Assert.Null(AnisotropicResampling.SeparateAxis(new Spacing(4, 4, 1), new Spacing(1, 1, 1), forceSeparateZ: true));
    }

    [Fact]
    public void SeparateAxis_ForcedOnEqualSpacings_IsTheFirstAxis() =>
        Assert.Equal(0, AnisotropicResampling.SeparateAxis(new Spacing(1, 1, 1), new Spacing(1, 1, 5), forceSeparateZ: true));

    [Fact]
    public void SeparateAxis_ForcedOff_IsNone() =>
        Assert.Null(AnisotropicResampling.SeparateAxis(new Spacing(9, 1, 1), new Spacing(9, 1, 1), forceSeparateZ: false));

    [Fact]
    public void NewExtent_Halves_AreRoundedToTheEvenNumber() =>
        Assert.Equal(new Extent(2, 4, 10), AnisotropicResampling.NewExtent(new Extent(5, 7, 5), new Spacing(1, 1, 2), new Spacing(2, 2, 1)));

    [Fact]
    public void Resample_SameExtent_PassesThroughUntouched()
    {
        // Given
        Extent extent = new(3, 4, 5);
        float[] data = Volumes.Noise(extent);
        float[] result = new float[extent.Count];

        // When
        AnisotropicResampling.Resample(data, extent, result, extent, 0, 3, 0);

        // Then
        Assert.Equal(data, result);
    }

    private static void ResampleEqualsThePlainTwin(Extent from, Extent to, int axis, int order, int orderZ)
    {
        // Given
        float[] data = Volumes.Noise(from);
        float[] result = new float[to.Count];

        // When
        AnisotropicResampling.Resample(data, from, result, to, axis, order, orderZ);

        // Then
        Golden.AssertClose(
            $"{from} to {to}, axis {axis}", ResamplingReference.Resample(data, from, to, axis, order, orderZ), result, Tolerance * data.Max(Math.Abs));
    }
}
