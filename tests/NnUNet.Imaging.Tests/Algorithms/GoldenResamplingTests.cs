using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

/// <summary>Resampling against what the original computed (scikit-image 0.19.3, scipy 1.10.1).</summary>
public class GoldenResamplingTests
{
    public static TheoryData<string> WithData => new(
        "p01_iso_down", "p03_iso_mixed", "p05_sepz_axis0_znochange", "p07_sepz_axis2", "p09_sepz_from_target", "p11_single_slice_up", "p13_no_change",
        "p17_force_false", "p19_softmax_order1", "p21_noise_order3_iso", "p23_tiny", "p25_factor_half_exact");

    public static TheoryData<string> WithLabels => new(
        "p01_iso_down", "p03_iso_mixed", "p05_sepz_axis0_znochange", "p07_sepz_axis2", "p09_sepz_from_target", "p11_single_slice_up", "p13_no_change",
        "p15_seg_sepz_orderz1", "p17_force_false", "p23_tiny", "p25_factor_half_exact");

    [SkippableTheory]
    [MemberData(nameof(WithData))]
    public void Resample_RecordedCall_GivesTheOriginalsImage(string name)
    {
        // Given
        GoldenResampling golden = GoldenResampling.Open(name);
        float[] expected = golden.DataOut;

        // When
        float[] actual = [.. golden.Channels.SelectMany(channel =>
        {
            float[] result = new float[golden.To.Count];
            AnisotropicResampling.Resample(channel, golden.From, result, golden.To, golden.SeparateAxis, golden.OrderData, golden.OrderZData);
            return result;
        })];

        // Then: float32 sums of four values in another order than the original's doubles
        Golden.AssertClose(name, expected, actual, 1e-6 * golden.LargestData);
    }

    [SkippableTheory]
    [MemberData(nameof(WithLabels))]
    public void ResampleLabels_RecordedCall_GivesTheOriginalsLabelsEvenInTies(string name)
    {
        // Given
        GoldenResampling golden = GoldenResampling.Open(name);
        short[] actual = new short[golden.To.Count];

        // When
        AnisotropicResampling.ResampleLabels(golden.LabelsIn, golden.From, actual, golden.To, golden.SeparateAxis, golden.OrderLabels, golden.OrderZLabels);

        // Then
        Assert.Equal(golden.LabelsOut, actual);
    }

    [SkippableTheory]
    [MemberData(nameof(WithData))]
    [InlineData("p15_seg_sepz_orderz1")]
    public void Decisions_RecordedCall_AreTheOriginals(string name)
    {
        // Given
        GoldenResampling golden = GoldenResampling.Open(name);

        // When
        Extent to = golden.To;
        int? separateAxis = golden.SeparateAxis;

        // Then
        Assert.Equal(golden.Expected, to);
        Assert.Equal(golden.SeparateExpected, separateAxis is not null);
    }

    [SkippableTheory]
    [MemberData(nameof(WithData))]
    public void Reference_RecordedCall_GivesTheOriginalsImage(string name)
    {
        // Given: the plain twin, which is the oracle of all other tests, must itself be right
        GoldenResampling golden = GoldenResampling.Open(name);

        // When
        float[] actual = [.. golden.Channels.SelectMany(channel => golden.SeparateAxis is { } axis
            ? ResamplingReference.Resample(channel, golden.From, golden.To, axis, golden.OrderData, golden.OrderZData)
            : ResamplingReference.Resize(channel, golden.From, golden.To, golden.OrderData))];

        // Then
        Golden.AssertClose(name, golden.DataOut, actual, 1e-6 * golden.LargestData);
    }
}
