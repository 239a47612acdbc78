using NnUNet.Core.Augmentation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Augmentation;

public sealed class SpatialAugmentationTests
{
    // Values are up to about 4: float32 coefficients and sums of 64 products leave about 1e-6 (largest seen 1.2e-6).
    private const double Float32Tolerance = 3e-6;

    [SkippableTheory]
    [InlineData("sp_identity_odd_a", false)]
    [InlineData("sp_identity_odd_b", false)]
    [InlineData("sp_rot90_x", false)]
    [InlineData("sp_rot90_z", false)]
    [InlineData("sp_small_x", false)]
    [InlineData("sp_small_xyz", false)]
    [InlineData("sp_scale_up", false)]
    [InlineData("sp_scale_down", false)]
    [InlineData("sp_scale_independent", false)]
    [InlineData("sp_rot_scale_independent", false)]
    [InlineData("sp_patch_smaller", false)]
    [InlineData("sp_patch_outside", false)]
    [InlineData("sp_dummy2d_rot", true)]
    [InlineData("sp_dummy2d_rot_scale", true)]
    [InlineData("sp_2d_rot90", true)]
    [InlineData("sp_2d_rot_scale", true)]
    [InlineData("sp_2d_scale_independent", true)]
    public void Resampling_EqualsTheRecordedOne(string name, bool sliceWise)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = golden.Input();
        SpatialAugmentation augmentation = new(golden.ExtentOf("data_out"), new SpatialRanges(), sliceWise);
        SpatialParameters parameters = new(true, golden.Axes("angles_xyz_rad", 0), golden.Axes("scale", 1));

        augmentation.Apply(patch, parameters);

        Golden.AssertClose(name, golden.Values("data_out_center_fixed"), AugmentationGolden.AllChannels(patch), Float32Tolerance);
        Assert.Equal(golden.Values("seg_out_center_fixed"), patch.Segmentation.ToArray().Select(static l => (float)l));
    }

    [SkippableTheory]
    [InlineData("sp_unmodified_crop_same", false)]
    [InlineData("sp_unmodified_crop_smaller", false)]
    [InlineData("sp_unmodified_crop_larger", false)]
    [InlineData("sp_dummy2d_unmodified", true)]
    public void WithoutRotationAndScaling_TheMiddleIsCutOut(string name, bool sliceWise)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = golden.Input();
        SpatialAugmentation augmentation = new(golden.ExtentOf("data_out"), new SpatialRanges(), sliceWise);

        augmentation.Apply(patch, SpatialParameters.Crop);

        Assert.Equal(golden.Values("data_out"), AugmentationGolden.AllChannels(patch));
        Assert.Equal(golden.Values("seg_out"), patch.Segmentation.ToArray().Select(static l => (float)l));
    }

    [Fact]
    public void LabelsThatTieAtOneHalf_GoToTheLargest()
    {
        // Given: labels 0, 1, 2 beside each other, and places halfway between them.
        PatchBuffer patch = new(1);
        patch.Reset(new Extent(1, 1, 4));
        new short[] { 0, 1, 2, 2 }.CopyTo(patch.Segmentation);
        patch.Channel(0).Clear();
        SpatialAugmentation augmentation = new(new Extent(1, 1, 3), new SpatialRanges(), sliceWise: true);

        // When
        augmentation.Apply(patch, new SpatialParameters(true, default, AxisValues.All(1)));

        // Then
        Assert.Equal([1, 2, 2], patch.Segmentation.ToArray());
    }

    [Fact]
    public void AQuarterTurn_MovesVoxelsExactly()
    {
        PatchBuffer patch = new(1);
        patch.Reset(new Extent(1, 2, 2));
        new float[] { 1, 2, 3, 4 }.CopyTo(patch.Channel(0));
        new short[] { 1, 2, 3, 4 }.CopyTo(patch.Segmentation);
        SpatialAugmentation augmentation = new(new Extent(1, 2, 2), new SpatialRanges(), sliceWise: true);

        augmentation.Apply(patch, new SpatialParameters(true, new AxisValues(Math.PI / 2, 0, 0), AxisValues.All(1)));

        Assert.Equal([2, 4, 1, 3], patch.Segmentation.ToArray());
    }

    [Fact]
    public void EqualParameters_GiveEqualPatches()
    {
        SpatialAugmentation augmentation = new(new Extent(6, 7, 8), new SpatialRanges(), sliceWise: false);
        SpatialParameters parameters = new(true, new AxisValues(0.3, -0.2, 0.1), AxisValues.All(0.9));
        PatchBuffer one = Ramp(new Extent(12, 11, 10));
        PatchBuffer other = Ramp(new Extent(12, 11, 10));

        augmentation.Apply(one, parameters);
        augmentation.Apply(other, parameters);
        augmentation.Apply(other = Ramp(new Extent(12, 11, 10)), parameters);

        Assert.Equal(one.Channel(0).ToArray(), other.Channel(0).ToArray());
    }

    [Fact]
    public void Drawing_FollowsTheOriginalsProbabilities()
    {
        SpatialAugmentation augmentation = new(new Extent(8, 8, 8), new SpatialRanges(), sliceWise: false);
        RandomStream random = new(11, 0, 0, 0);

        SpatialParameters[] drawn = [.. Enumerable.Range(0, 40_000).Select(_ => augmentation.Draw(ref random))];

        // 1 - 0.8 * 0.8 are resampled, a fifth rotated, a fifth scaled, half of those enlarged.
        Assert.InRange(drawn.Average(static d => d.Resamples ? 1.0 : 0), 0.35, 0.37);
        Assert.InRange(drawn.Average(static d => d.Angles.Y != 0 ? 1.0 : 0), 0.19, 0.21);
        Assert.InRange(drawn.Average(static d => d.Scale.X != 1 ? 1.0 : 0), 0.19, 0.21);
        Assert.InRange(drawn.Average(static d => d.Scale.X < 1 ? 1.0 : 0), 0.095, 0.105);
        Assert.InRange(drawn.Max(static d => d.Angles.Z), 0.52, Math.PI / 6);
        Assert.InRange(drawn.Min(static d => d.Angles.X), -Math.PI / 6, -0.52);
        Assert.InRange(drawn.Min(static d => d.Scale.Z), 0.7, 0.701);
        Assert.InRange(drawn.Max(static d => d.Scale.Z), 1.399, 1.4);
        Assert.All(drawn, static d => Assert.Equal(d.Scale.Z, d.Scale.X));
    }

    [Fact]
    public void DrawingSliceWise_TurnsAroundZOnly()
    {
        SpatialRanges ranges = new() { MaxAngle = new AxisValues(Math.PI, 0, 0), RotationProbability = 1, ScaleProbability = 1 };
        SpatialAugmentation augmentation = new(new Extent(1, 8, 8), ranges, sliceWise: true);
        RandomStream random = new(12, 0, 0, 0);

        SpatialParameters[] drawn = [.. Enumerable.Range(0, 1000).Select(_ => augmentation.Draw(ref random))];

        Assert.All(drawn, static d => Assert.Equal((0, 0, 1), (d.Angles.Y, d.Angles.X, d.Scale.Z)));
        Assert.True(drawn.Max(static d => d.Angles.Z) > 3.1);
    }

    [Fact]
    public void Source_IsTheMiddleOfAMereCrop()
    {
        SpatialAugmentation augmentation = new(new Extent(40, 56, 40), new SpatialRanges(), sliceWise: false);
        Extent initial = new(73, 80, 64);

        BoundingBox crop = augmentation.Source(SpatialParameters.Crop, initial);
        BoundingBox turned = augmentation.Source(new SpatialParameters(true, default, AxisValues.All(1)), initial);

        Assert.Equal(new BoundingBox(new Extent(16, 12, 12), new Extent(40, 56, 40)), crop);
        Assert.Equal(BoundingBox.Whole(initial), turned);
    }

    [Fact]
    public void SliceWise_RefusesAnotherNumberOfSlices()
    {
        SpatialAugmentation augmentation = new(new Extent(3, 4, 4), new SpatialRanges(), sliceWise: true);

        Assert.Throws<ArgumentException>(() => augmentation.Apply(Ramp(new Extent(5, 8, 8)), SpatialParameters.Crop));
    }

    private static PatchBuffer Ramp(Extent extent)
    {
        PatchBuffer patch = new(1);
        patch.Reset(extent);
        for (int i = 0; i < extent.Count; i++) patch.Channel(0)[i] = MathF.Sin(i);
        patch.Segmentation.Fill(1);
        return patch;
    }
}
