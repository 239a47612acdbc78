using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Preprocessing.Steps;

public sealed class RecipeStepsTests
{
    private static readonly Extent Extent = new(6, 8, 10);

    private static readonly PreprocessingRecipe Recipe = new()
    {
        Channels = [new ChannelRecipe { Name = "MR", Normalization = "nonCT" }],
        Steps = PreprocessingRecipe.NormalizeFirst,
        TransposeForward = [2, 0, 1],
        Spacing = [1, 2, 0.5],
        Images = new ResamplingRule { Order = 3, OrderZ = 0 },
        Segmentations = new ResamplingRule { Order = 1, OrderZ = 0 },
        Outputs = new ResamplingRule { Order = 1, OrderZ = 0 },
    };

    [Fact]
    public void Run_NormalizeFirst_NormalizesOnTheImagesGridAndResamplesThen()
    {
        // Given the image as the first two steps alone would leave it
        Volume<float> image = Image();
        float[] normalized = [.. image.Voxels];
        new ZScoreNormalization().Apply(normalized, new short[normalized.Length], useMask: false, null);
        Volume<float> before = new(normalized, Extent, image.Geometry);
        PreprocessingRecipe rest = Recipe with { Channels = [new ChannelRecipe { Name = "MR", Normalization = "noNorm" }] };

        // When
        PreprocessedCase actual = CasePreprocessor.Run([image], null, [], Recipe);

        // Then
        PreprocessedCase expected = CasePreprocessor.Run([before], null, [], rest);
        Assert.Equal(Recipe.ExtentAfter(Extent, image.Geometry.Spacing), actual.Data.Extent);
        Assert.Equal(expected.Data[0], actual.Data[0], (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Run_ResampleFirst_IsNotTheSame()
    {
        // Given
        Volume<float> image = Image();

        // When
        PreprocessedCase first = CasePreprocessor.Run([image], null, [], Recipe with { Steps = PreprocessingRecipe.ResampleFirst });
        PreprocessedCase last = CasePreprocessor.Run([image], null, [], Recipe);

        // Then: only what is normalised last has a mean of 0 to the end
        Assert.Equal(0, first.Data[0].Average(), 1e-5);
        Assert.NotEqual(first.Data[0], last.Data[0]);
        Assert.Equal(Image().Voxels, image.Voxels);
    }

    [Fact]
    public void Run_StepsOrFunctionsThatCannotBe_AreRefusedTogether()
    {
        PreprocessingException error = Assert.Throws<PreprocessingException>(() => CasePreprocessor.Run(
            [Image()], null, [], Recipe with { Steps = [CaseStep.Resample, CaseStep.Crop], Images = new ResamplingRule { Function = "magic", Order = 1, OrderZ = 0 } }));

        Assert.Contains("the steps are", error.What, StringComparison.Ordinal);
        Assert.Contains("images are resampled with magic, but known are spline", error.What, StringComparison.Ordinal);
    }

    private static Volume<float> Image() =>
        new([.. Enumerable.Range(0, (int)Extent.Count).Select(static i => 1 + (i * 37 % 101))], Extent, ImageGeometry.FromSpacing(new Spacing(1, 1.5, 2)));
}
