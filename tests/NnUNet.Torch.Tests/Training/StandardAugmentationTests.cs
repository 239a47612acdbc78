using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

/// <summary>What nnUNetTrainerV2 does to a training sample, chosen by the plan.</summary>
public sealed class StandardAugmentationTests
{
    [Theory]
    [InlineData(false, 0, 1, 2)]
    [InlineData(true, 1, 2)]
    public void AfterRotation_StandTheIntensitiesThenMirroringThenTheMask(bool slices, params int[] mirrorAxes)
    {
        AugmentationPipeline pipeline = Pipeline(PlanOf(slices ? [56, 40] : [40, 56, 40], dummy2D: false, masked: true), out AugmentationSettings settings);

        Assert.NotNull(pipeline.Spatial);
        Assert.Equal(
            ["GaussianNoise", "GaussianBlur", "Brightness", "Contrast", "LowResolution", "Gamma", "Gamma", "Mirror", "OutsideMask"],
            pipeline.Steps.Select(static s => s.GetType().Name.Replace("Augmentation", "", StringComparison.Ordinal)));
        Assert.Equal(mirrorAxes, settings.MirrorAxes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnisotropicPatches_KeepTheirSlices(bool dummy2D)
    {
        AugmentationPipeline pipeline = Pipeline(PlanOf([14, 256, 256], dummy2D, masked: false), out AugmentationSettings settings);

        Assert.Equal(dummy2D, settings.SliceWise);
        Assert.Equal(dummy2D, pipeline.Steps.OfType<LowResolutionAugmentation>().Single().SliceWise);
    }

    [Fact]
    public void WhereTheMaskWasUsed_TheOutsideIsZeroAfterEveryChange()
    {
        AugmentationPipeline pipeline = Pipeline(PlanOf([4, 8, 8], dummy2D: false, masked: true), out _);
        PatchBuffer patch = new(2);
        for (int sample = 0; sample < 100; sample++)
        {
            // Given: the first half of the patch is outside the mask
            patch.Reset(new Extent(4, 8, 8));
            patch.Channel(0).Fill(3);
            patch.Channel(1).Fill(4);
            patch.Segmentation.Fill(1);
            patch.Segmentation[..100].Fill(-1);
            RandomStream random = new(5, 0, 0, sample);

            // When
            foreach (PatchAugmentation step in pipeline.Steps) step.Run(patch, ref random);

            // Then
            Assert.Equal(0, OutsideVoxels(patch).Max(Math.Abs));
        }
    }

    private static IEnumerable<float> OutsideVoxels(PatchBuffer patch)
    {
        float[] voxels = [.. patch.Channel(0), .. patch.Channel(1)];
        short[] labels = [.. patch.Segmentation, .. patch.Segmentation];
        return voxels.Where((_, i) => labels[i] < 0);
    }

    private static AugmentationPipeline Pipeline(Plan plan, out AugmentationSettings settings)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create("nnUNetTrainerV2");
        settings = recipe.AugmentationFor(plan.PlansPerStage[0]);
        return recipe.CreateAugmentation(plan, settings);
    }

    private static Plan PlanOf(int[] patch, bool dummy2D, bool masked)
    {
        Plan small = ToyTask.Plan(patch, "nnUNetData_plans_v2.1");
        return small with
        {
            NumModalities = 2,
            UseMaskForNorm = new() { [0] = masked, [1] = masked },
            PlansPerStage = new() { [0] = small.PlansPerStage[0] with { DoDummy2DDataAug = dummy2D } },
        };
    }
}
