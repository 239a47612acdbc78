using NnUNet.Core.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation;

public sealed class ElasticDeformationTests
{
    private static readonly Extent Patch = new(16, 20, 24);
    private static readonly Extent Larger = new(32, 36, 40);
    private static readonly ElasticDeformation Deformation = new(AxisValues.All(3), new AxisValues(1, 2, 3), IsLargest: true, Key: 5);

    [Fact]
    public void TheLargestDisplacement_IsTheMagnitudeOfItsAxis()
    {
        using DisplacementField field = new(Deformation, Patch, sliceWise: false);

        Assert.Equal([1f, 2f, 3f], Enumerable.Range(0, 3).Select(axis => MathF.Round(All(field, axis).Max(Math.Abs), 4)));
    }

    [Fact]
    public void Displacements_AreAsSmoothAsAsked()
    {
        using DisplacementField field = new(Deformation, Patch, sliceWise: false);

        float[] row = field.Row(2, 8, 10).ToArray();

        Assert.All(row.Zip(row.Skip(1)), static pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1.5)); // sigma 3: neighbours differ by less than half of the largest
    }

    [Fact]
    public void Displacements_AreARandomFieldSmoothedAndMultiplied()
    {
        // Given white noise of variance 1/3 that is smoothed with a Gaussian of three voxels and multiplied by 100
        using DisplacementField field = new(Deformation with { Magnitude = AxisValues.All(100), IsLargest = false }, new Extent(48, 48, 48), sliceWise: false);

        // When its variance is measured within the patch, away from the border beyond which there are zeros
        double variance = Enumerable.Range(16, 16).SelectMany(z => Enumerable.Range(12, 24).SelectMany(y => field.Row(0, z, y)[12..36].ToArray())).Average(static v => (double)v * v);

        // Then it is that of a sum over the kernel: 100^2 / 3 / (2 sqrt(pi) 3)^3 = 2.77
        Assert.InRange(variance, 2.0, 3.6);
    }

    [Fact]
    public void TheSameKey_GivesTheSameField_AnotherKeyAnother()
    {
        using DisplacementField one = new(Deformation, Patch, sliceWise: false);
        using DisplacementField again = new(Deformation, Patch, sliceWise: false);
        using DisplacementField other = new(Deformation with { Key = 6 }, Patch, sliceWise: false);

        Assert.Equal(All(one, 2), All(again, 2));
        Assert.NotEqual(All(one, 2), All(other, 2));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void ARamp_ShowsTheDisplacements(int axis, bool sliceWise)
    {
        // Given an image whose value is the place along one axis, larger than the patch
        Extent larger = sliceWise ? Larger with { Z = Patch.Z } : Larger;
        PatchBuffer patch = new(1);
        patch.Reset(larger);
        for (int i = 0; i < larger.Count; i++) patch.Channel(0)[i] = Place(i, larger)[axis];
        patch.Segmentation.Clear();

        // When it is deformed
        new SpatialAugmentation(Patch, new SpatialRanges(), sliceWise).Apply(patch, new SpatialParameters(true, default, AxisValues.All(1), Deformation));

        // Then each value is the voxel's place in the middle of the image, plus its displacement
        using DisplacementField field = new(Deformation, Patch, sliceWise);
        float[] displaced = All(field, axis);
        int offset = (larger.ToArray()[axis] - Patch.ToArray()[axis]) / 2;
        float[] expected = [.. Enumerable.Range(0, (int)Patch.Count).Select(i => Place(i, Patch)[axis] + offset + displaced[i])];
        NnUNet.Testing.Golden.AssertClose("ramp", expected, patch.Channel(0), 1e-3);
    }

    [Fact]
    public void WhatIsMovedInFromOutside_IsNought()
    {
        // Given an image of ones with label 1 that is no larger than the patch
        PatchBuffer patch = new(1);
        patch.Reset(Patch);
        patch.Channel(0).Fill(1);
        patch.Segmentation.Fill(1);

        // When it is deformed
        new SpatialAugmentation(Patch, new SpatialRanges(), sliceWise: false).Apply(patch, new SpatialParameters(true, default, AxisValues.All(1), Deformation));

        // Then some voxels at the border come from outside, in image and segmentation alike, and all others are whole
        Assert.Contains((short)0, patch.Segmentation.ToArray());
        Assert.All(patch.Channel(0).ToArray().Zip(patch.Segmentation.ToArray()), static pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Fact]
    public void Drawing_FollowsTheRangesInVoxels()
    {
        ElasticRangesInVoxels ranges = new(Alpha: new(0, 1300), Sigma: new(9, 15));
        SpatialAugmentation augmentation = new(Patch, new SpatialRanges { Elastic = ranges }, sliceWise: false);

        SpatialParameters[] drawn = [.. Enumerable.Range(0, 20_000).Select(i => Draw(augmentation, i))];
        ElasticDeformation[] deformations = [.. drawn.Where(static d => d.Elastic is not null).Select(static d => d.Elastic!.Value)];

        Assert.InRange(deformations.Length / 20_000.0, 0.19, 0.21);
        Assert.All(deformations, static d => Assert.InRange(d.Sigma.X, 9, 15));
        Assert.InRange(deformations.Average(static d => d.Magnitude.Z), 620, 680);
        Assert.All(drawn, static d => Assert.Equal(d.Elastic is not null || d.Angles != default || d.Scale != AxisValues.All(1), d.Resamples));
    }

    [Fact]
    public void Drawing_FollowsTheShareOfThePatch()
    {
        ElasticRangesByPatch ranges = new(Share: new(0, 0.25)) { Probability = 1 };
        SpatialAugmentation augmentation = new(Patch, new SpatialRanges { Elastic = ranges }, sliceWise: false);

        ElasticDeformation[] deformations = [.. Enumerable.Range(0, 5000).Select(i => Draw(augmentation, i).Elastic!.Value)];

        Assert.InRange(deformations.Max(static d => d.Sigma.X), 5.9, 6);
        Assert.All(deformations, static d => Assert.Equal(d.Sigma.X / 24, d.Sigma.Z / 16, 1e-12));
        Assert.All(deformations, static d => Assert.InRange(d.Magnitude.Y / d.Sigma.Y, 0.125, 0.5));
    }

    [Fact]
    public void ScalesOfTheirOwn_AndRotationsOfSomeAxes_AreDrawnAsAsked()
    {
        SpatialRanges ranges = new() { ScaleProbability = 1, OwnScaleProbability = 0.3, RotationProbability = 1, RotationProbabilityPerAxis = 0.5 };
        SpatialParameters[] volumes = [.. Enumerable.Range(0, 10_000).Select(i => Draw(new SpatialAugmentation(Patch, ranges, sliceWise: false), i))];
        SpatialParameters[] slices = [.. Enumerable.Range(0, 10_000).Select(i => Draw(new SpatialAugmentation(Patch, ranges, sliceWise: true), i))];

        Assert.InRange(volumes.Count(static d => d.Scale.X != d.Scale.Y && d.Scale.Y != d.Scale.Z) / 10_000.0, 0.28, 0.32);
        Assert.InRange(slices.Count(static d => d.Scale.X != d.Scale.Y) / 10_000.0, 0.28, 0.32);
        Assert.All(slices, static d => Assert.Equal(1, d.Scale.Z));
        Assert.InRange(volumes.Count(static d => d.Angles.Y == 0) / 10_000.0, 0.48, 0.52);
    }

    private static SpatialParameters Draw(SpatialAugmentation augmentation, int sample)
    {
        RandomStream random = new(8, 0, 0, sample);
        return augmentation.Draw(ref random);
    }

    private static float[] Place(int index, Extent extent) => [index / extent.SliceCount, index / extent.X % extent.Y, index % extent.X];

    private static float[] All(DisplacementField field, int axis) =>
        [.. Enumerable.Range(0, Patch.Z).SelectMany(z => Enumerable.Range(0, Patch.Y).SelectMany(y => field.Row(axis, z, y).ToArray()))];
}
