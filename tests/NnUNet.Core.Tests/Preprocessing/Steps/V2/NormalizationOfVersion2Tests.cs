using NnUNet.Core.Fingerprints;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Preprocessing.Steps.V2;

/// <summary>nnU-Net v2's five normalisations, by the names that its plans use.</summary>
public sealed class NormalizationOfVersion2Tests
{
    private static readonly ChannelIntensities Intensities = new() { Mean = 1, Sd = 2, Percentile005 = -3, Percentile995 = 5 };
    private static readonly short[] Segmentation = [-1, 0, 1, 0, -1];

    [Theory]
    [InlineData("ZScoreNormalization", false, new float[] { -10, 1, 2, 3, 14 }, new float[] { -1.5756772f, -0.1313064f, 0, 0.1313064f, 1.5756772f })]
    [InlineData("ZScoreNormalization", true, new float[] { -10, 1, 2, 3, 14 }, new float[] { -10, -1.2247449f, 0, 1.2247449f, 14 })]
    [InlineData("ZScoreNormalization", false, new float[] { 4, 4, 4, 4, 4 }, new float[] { 0, 0, 0, 0, 0 })]
    [InlineData("CTNormalization", true, new float[] { -10, 1, 2, 3, 14 }, new float[] { -2, 0, 0.5f, 1, 2 })]
    [InlineData("NoNormalization", true, new float[] { -10, 1, 2, 3, 14 }, new float[] { -10, 1, 2, 3, 14 })]
    [InlineData("RescaleTo01Normalization", true, new float[] { -10, 0, 10, 20, 30 }, new float[] { 0, 0.25f, 0.5f, 0.75f, 1 })]
    [InlineData("RescaleTo01Normalization", false, new float[] { 7, 7, 7, 7, 7 }, new float[] { 0, 0, 0, 0, 0 })]
    [InlineData("RGBTo01Normalization", true, new float[] { 0, 51, 102, 204, 255 }, new float[] { 0, 0.2f, 0.4f, 0.8f, 1 })]
    public void Apply_DoesWhatTheOriginalDoes(string name, bool useMask, float[] voxels, float[] expected)
    {
        // When
        Catalog<NormalizationScheme>.Create(name).Apply(voxels, Segmentation, useMask, Intensities);

        // Then
        Testing.Golden.AssertClose(name, expected, voxels, 1e-6);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(256f)]
    public void Apply_OfColours_RefusesWhatIsNone(float value)
    {
        PreprocessingException error = Assert.Throws<PreprocessingException>(() => Catalog<NormalizationScheme>.Create("RGBTo01Normalization").Apply([0, value], [0, 0], false, null));

        Assert.Contains("takes colours from 0 to 255", error.What, StringComparison.Ordinal);
    }
}
