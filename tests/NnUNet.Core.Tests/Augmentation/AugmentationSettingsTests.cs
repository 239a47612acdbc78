using System.Text.Json;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation;

public sealed class AugmentationSettingsTests
{
    [SkippableFact]
    public void InitialPatches_EqualTheRecordedOnes()
    {
        JsonElement[] recorded = [.. AugmentationGolden.Index("get_patch_size").EnumerateArray()];

        Assert.NotEmpty(recorded);
        Assert.All(recorded, static r =>
        {
            int[] final = AugmentationGolden.Ints(r.GetProperty("final_patch_size"));
            double[] degrees = [.. r.GetProperty("max_angle_deg").EnumerateArray().Select(static e => e.GetDouble())];
            AxisValues angles = new(degrees[0] * Math.PI / 180, degrees[1] * Math.PI / 180, degrees[2] * Math.PI / 180);

            Extent initial = InitialPatch.For(AugmentationGolden.Extent(final), angles, r.GetProperty("scale_range")[0].GetDouble(), final.Length == 2);

            Assert.Equal(AugmentationGolden.Extent(AugmentationGolden.Ints(r.GetProperty("get_patch_size"))), initial);
        });
    }

    [SkippableTheory]
    [InlineData("3d_40x56x40")]
    [InlineData("3d_128x128x128")]
    [InlineData("3d_dummy2d_20x320x256")]
    [InlineData("2d_512x512")]
    [InlineData("2d_56x40_ratio_1.4")]
    [InlineData("2d_320x192_ratio_1.67")]
    [InlineData("3d_80x192x160")]
    [InlineData("3d_28x256x256_dummy2d")]
    [InlineData("3d_160x96x64")]
    public void APlansSettings_EqualTheRecordedOnes(string name)
    {
        JsonElement recorded = AugmentationGolden.Index("setup_DA_params").GetProperty(name);
        JsonElement parameters = recorded.GetProperty("data_aug_params");

        AugmentationSettings settings = AugmentationSettings.ForPlan(PlanOf(recorded));

        Assert.Equal(AugmentationGolden.Extent(AugmentationGolden.Ints(recorded.GetProperty("basic_generator_patch_size"))), settings.InitialPatch);
        Assert.Equal(parameters.GetProperty("rotation_x")[1].GetDouble(), settings.Spatial.MaxAngle.Z, 12);
        Assert.Equal(parameters.GetProperty("p_rot").GetDouble(), settings.Spatial.RotationProbability);
        Assert.Equal(parameters.GetProperty("p_scale").GetDouble(), settings.Spatial.ScaleProbability);
        Assert.Equal(parameters.GetProperty("scale_range")[0].GetDouble(), settings.Spatial.ScaleLow);
        Assert.Equal(parameters.GetProperty("scale_range")[1].GetDouble(), settings.Spatial.ScaleHigh);
    }

    [Fact]
    public void AnisotropicPlans_TurnInThePlaneOnly()
    {
        AugmentationSettings settings = AugmentationSettings.ForPlan(Plan([20, 320, 256], dummy2D: true));

        Assert.True(settings.SliceWise);
        Assert.Equal(new AxisValues(Math.PI, 0, 0), settings.Spatial.MaxAngle);
        Assert.Equal([0, 1, 2], settings.MirrorAxes);
    }

    [Fact]
    public void SlicePlans_MirrorInThePlaneOnly()
    {
        AugmentationSettings settings = AugmentationSettings.ForPlan(Plan([56, 40], dummy2D: false));

        Assert.Equal(new Extent(1, 56, 40), settings.Patch);
        Assert.Equal([1, 2], settings.MirrorAxes);
    }

    private static ConfigurationPlan PlanOf(JsonElement recorded) => Plan(
        AugmentationGolden.Ints(recorded.GetProperty("patch_size")), recorded.GetProperty("do_dummy_2D_data_aug").GetBoolean());

    private static ConfigurationPlan Plan(int[] patch, bool dummy2D) => new()
    {
        BatchSize = 2,
        NumPoolPerAxis = [],
        PatchSize = patch.ToValueArray(),
        MedianPatientSizeInVoxels = [],
        CurrentSpacing = [],
        OriginalSpacing = [],
        DoDummy2DDataAug = dummy2D,
        PoolOpKernelSizes = [],
        ConvKernelSizes = [],
    };
}
