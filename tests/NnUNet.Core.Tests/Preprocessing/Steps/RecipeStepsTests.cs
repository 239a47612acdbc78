using NnUNet.Core.Fingerprints;
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
        Assert.Contains("images are resampled with magic, but known are no_resampling_hack, resample_data_or_seg_to_shape, resample_torch_fornnunet, resample_torch_simple, spline", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneEnormousVoxel_IsTold()
    {
        // Given: a sound image, and the same with a voxel that leaves the others no variance
        Extent extent = new(12, 12, 12);
        Volume<float> sound = new([.. Enumerable.Range(0, (int)extent.Count).Select(static i => 1 + (float)(i * 37 % 101))], extent);
        Volume<float> odd = new([.. sound.Voxels], extent);
        odd.Voxels[500] = 1e36f;
        PreprocessingRecipe recipe = Recipe with { Steps = PreprocessingRecipe.ResampleFirst, TransposeForward = [0, 1, 2], Spacing = [1, 1, 1] };

        // When
        PreprocessedCase good = CasePreprocessor.Run([sound], null, ["a_0000.nii.gz"], recipe), bad = CasePreprocessor.Run([odd], null, ["a_0000.nii.gz"], recipe);

        // Then
        Assert.Empty(good.Properties.Warnings);
        Assert.StartsWith("a_0000.nii.gz: the image has values from 1 to 1E+36, and so few voxels at the far end", Assert.Single(bad.Properties.Warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ANormalizationThatGivesNoNumbers_IsRefusedByFile()
    {
        // Given: intensities that were measured of nothing
        ChannelIntensities nothing = new() { Mean = double.NaN, Sd = 1, Percentile005 = 0, Percentile995 = 200 };
        PreprocessingRecipe recipe = Recipe with { Channels = [new ChannelRecipe { Name = "CT", Normalization = "CT", Intensities = nothing }], Steps = PreprocessingRecipe.ResampleFirst };

        // When
        PreprocessingException error = Assert.Throws<PreprocessingException>(() => CasePreprocessor.Run([Image()], null, ["a_0000.nii.gz"], recipe));

        // Then
        Assert.StartsWith("a_0000.nii.gz: after resampling and normalisation (\"CT\") ", error.Message, StringComparison.Ordinal);
        Assert.Contains("voxels are not a number (NaN); the image has values from 1 to 101", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1e9)]
    public void ExtentAfter_MoreVoxelsThanAVolumeCanHave_IsRefusedByFileWithTheSpacing(double step)
    {
        // When
        PreprocessingException error = Assert.Throws<PreprocessingException>(() => Recipe.ExtentAfter(Extent, new Spacing(step, step, step), "a_0000.nii.gz"));

        // Then
        Assert.StartsWith(FormattableString.Invariant($"a_0000.nii.gz: at ({step}, {step}, {step}) mm"), error.Message, StringComparison.Ordinal);
        Assert.EndsWith("correct the spacing or its unit in the image's header.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(0.01, true)]
    [InlineData(90, false)]
    [InlineData(0.02, false)]
    public void SpacingWarnings_NameAHundredfold_ButNoSlicesThatAreKept(double factor, bool told)
    {
        // Given: the recipe's spacing in the image's axes is (2, 0.5, 1)
        Spacing spacing = new(2, 0.5, factor);
        PreprocessingRecipe slices = Recipe with { KeepsSliceSpacing = true };

        // Then: the recipe's first axis is the image's x
        Assert.Equal(told ? 1 : 0, Recipe.SpacingWarnings(spacing, "a").Count);
        Assert.Empty(slices.SpacingWarnings(spacing, "a"));
    }

    private static Volume<float> Image() =>
        new([.. Enumerable.Range(0, (int)Extent.Count).Select(static i => 1 + (i * 37 % 101))], Extent, ImageGeometry.FromSpacing(new Spacing(1, 1.5, 2)));
}
