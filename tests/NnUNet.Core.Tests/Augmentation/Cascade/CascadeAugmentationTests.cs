using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation.Cascade;

public sealed class CascadeAugmentationTests
{
    public static TheoryData<string, MorphologyOperation, double> Alone => new()
    {
        { "binary_dilation_r1p0", MorphologyOperation.Dilation, 1.0 },
        { "binary_dilation_r2p0", MorphologyOperation.Dilation, 2.0 },
        { "binary_dilation_r3p4", MorphologyOperation.Dilation, 3.4 },
        { "binary_erosion_r1p0", MorphologyOperation.Erosion, 1.0 },
        { "binary_erosion_r2p0", MorphologyOperation.Erosion, 2.0 },
        { "binary_erosion_r3p4", MorphologyOperation.Erosion, 3.4 },
        { "binary_closing_r1p0", MorphologyOperation.Closing, 1.0 },
        { "binary_closing_r2p0", MorphologyOperation.Closing, 2.0 },
        { "binary_closing_r3p4", MorphologyOperation.Closing, 3.4 },
        { "binary_opening_r1p0", MorphologyOperation.Opening, 1.0 },
        { "binary_opening_r2p0", MorphologyOperation.Opening, 2.0 },
        { "binary_opening_r3p4", MorphologyOperation.Opening, 3.4 },
    };

    public static TheoryData<string, MorphologyStep[]> Together => new()
    {
        { "binary_all_a", [new(0, MorphologyOperation.Dilation, 1.4), new(1, MorphologyOperation.Erosion, 2.2), new(2, MorphologyOperation.Closing, 1.0)] },
        { "binary_all_b", [new(2, MorphologyOperation.Closing, 3.0), new(0, MorphologyOperation.Dilation, 1.9), new(1, MorphologyOperation.Opening, 2.0)] },
    };

    [SkippableFact]
    public void OneHotChannels_EqualTheRecordedOnes()
    {
        // Given
        AugmentationGolden golden = AugmentationGolden.Case("cascade_move_seg_one_hot");
        float[] labels = golden.Values("seg_in");
        PatchBuffer patch = CaseWithPreviousStage(golden, labels);
        RandomStream random = default;

        // When
        new OneHotAugmentation(classes: 3).Run(patch, ref random);

        // Then
        Assert.Equal(golden.Values("data_out"), AugmentationGolden.AllChannels(patch));
        Assert.Equal(golden.Values("seg_out"), patch.Segmentation.ToArray().Select(static l => (float)l));
    }

    [SkippableTheory]
    [MemberData(nameof(Alone))]
    public void OneOperation_EqualsTheRecordedOne(string name, MorphologyOperation operation, double radius)
    {
        // Given: recorded for the last but one channel alone
        AugmentationGolden golden = AugmentationGolden.Case(name);
        float[] data = golden.Values("data_in");
        int count = (int)golden.ExtentOf("data_in").Count;
        PatchBuffer patch = new(1);
        patch.Reset(golden.ExtentOf("data_in"));
        data.AsSpan(3 * count, count).CopyTo(patch.Channel(0));

        // When
        new MorphologyAugmentation(classes: 1).Apply(patch, new MorphologySteps([new MorphologyStep(0, operation, radius)]));

        // Then
        Assert.Equal(golden.Values("data_out").AsSpan(3 * count, count), patch.Channel(0));
    }

    [SkippableTheory]
    [MemberData(nameof(Together))]
    public void OperationsOfAllClasses_EqualTheRecordedOnes(string name, MorphologyStep[] steps)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = Channels(golden);

        new MorphologyAugmentation(classes: 3).Apply(patch, new MorphologySteps([.. steps]));

        Assert.Equal(golden.Values("data_out"), AugmentationGolden.AllChannels(patch));
    }

    [SkippableFact]
    public void RemovalOfAComponent_EqualsTheIntendedOne()
    {
        AugmentationGolden golden = AugmentationGolden.Case("remove_component_intended_first");
        PatchBuffer patch = Channels(golden);

        new ComponentRemovalAugmentation(classes: 3).Apply(patch, new ComponentChoices([0.0, null, null]));

        Assert.Equal(golden.Values("data_out"), AugmentationGolden.AllChannels(patch));
    }

    [Fact]
    public void RemovalOfAComponent_LeavesLargeOnes()
    {
        // Given: all of the first channel, and a corner of the second
        PatchBuffer patch = new(2);
        patch.Reset(new Extent(4, 4, 4));
        patch.Channel(0).Fill(1);
        patch.Channel(1).Clear();
        patch.Channel(1)[0] = 1;

        // When
        new ComponentRemovalAugmentation(classes: 2).Apply(patch, new ComponentChoices([0.99, 0.99]));

        // Then
        Assert.DoesNotContain(0f, patch.Channel(0).ToArray());
        Assert.DoesNotContain(1f, patch.Channel(1).ToArray());
    }

    [Fact]
    public void Drawing_HasTheOriginalsProbabilities()
    {
        // Given
        MorphologyAugmentation morphology = new(classes: 3);
        ComponentRemovalAugmentation removal = new(classes: 3);
        RandomStream random = new(5, 0, 0, 0);

        // When
        MorphologySteps[] changed = [.. Enumerable.Range(0, 20_000).Select(_ => morphology.Draw(ref random)).Where(static d => d.Steps.Count > 0)];
        ComponentChoices[] removed = [.. Enumerable.Range(0, 20_000).Select(_ => removal.Draw(ref random)).Where(static d => d.Choices.Count > 0)];
        MorphologyStep[] steps = [.. changed.SelectMany(static d => d.Steps)];

        // Then
        Assert.InRange(changed.Length / 20_000.0, 0.39, 0.41);
        Assert.InRange(removed.Length / 20_000.0, 0.19, 0.21);
        Assert.All(changed, static d => Assert.Equal([0, 1, 2], d.Steps.Select(static s => s.Class).Order()));
        Assert.InRange(changed.Count(static d => d.Steps[0].Class == 2) / (double)changed.Length, 0.32, 0.35);
        Assert.All(Enum.GetValues<MorphologyOperation>(), o => Assert.InRange(steps.Count(s => s.Operation == o) / (double)steps.Length, 0.24, 0.26));
        Assert.InRange(steps.Min(static s => s.Radius), 1, 1.01);
        Assert.InRange(steps.Max(static s => s.Radius), 7.99, 8);
        Assert.All(removed, static d => Assert.All(d.Choices, static c => Assert.InRange(c!.Value, 0, 1)));
    }

    [Fact]
    public void ThePreviousStage_GoesThroughSpatialChangesAsLabels()
    {
        // Given: the same labels as segmentation and previous stage
        Extent extent = new(10, 12, 11);
        PatchBuffer patch = new(1, previousStage: true);
        patch.Reset(extent);
        for (int i = 0; i < extent.Count; i++)
        {
            patch.Channel(0)[i] = i;
            patch.Segmentation[i] = patch.PreviousStage[i] = (short)(i / 37 % 3);
        }

        // When
        SpatialParameters turned = new(true, new AxisValues(0.4, -0.2, 0.1), AxisValues.All(0.9));
        new SpatialAugmentation(new Extent(6, 8, 7), new SpatialRanges { MaxAngle = AxisValues.All(1) }, sliceWise: false).Apply(patch, turned);
        new MirrorAugmentation([0, 1, 2]).Apply(patch, new MirrorParameters(true, false, true));

        // Then
        Assert.Equal(336, patch.PreviousStage.Length);
        Assert.True(patch.PreviousStage.ContainsAnyExcept((short)0));
        Assert.Equal(patch.Segmentation, patch.PreviousStage);
    }

    private static PatchBuffer Channels(AugmentationGolden golden)
    {
        Extent extent = golden.ExtentOf("data_in");
        float[][] channels = [.. golden.Values("data_in").Chunk((int)extent.Count)];
        PatchBuffer patch = new(channels.Length);
        patch.Reset(extent);
        for (int c = 0; c < channels.Length; c++) channels[c].CopyTo(patch.Channel(c));
        return patch;
    }

    private static PatchBuffer CaseWithPreviousStage(AugmentationGolden golden, float[] labels)
    {
        Extent extent = golden.ExtentOf("data_in");
        float[][] channels = [.. golden.Values("data_in").Chunk((int)extent.Count)];
        PatchBuffer patch = new(channels.Length, previousStage: true);
        patch.Reset(extent);
        for (int c = 0; c < channels.Length; c++) channels[c].CopyTo(patch.Channel(c));
        for (int i = 0; i < extent.Count; i++)
        {
            patch.Segmentation[i] = (short)labels[i];
            patch.PreviousStage[i] = (short)labels[extent.Count + i];
        }

        return patch;
    }
}
