using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation.Intensity;

/// <summary>What every change of intensity must keep.</summary>
public sealed class ChannelAugmentationTests
{
    public static TheoryData<int> Steps => [.. Enumerable.Range(0, IntensityAugmentations.Standard(1, sliceWise: false).Count)];

    [Theory]
    [MemberData(nameof(Steps))]
    public void EqualStreams_GiveEqualPatches(int step)
    {
        PatchBuffer one = IntensityCase.Waves(new Extent(5, 12, 13));
        PatchBuffer other = IntensityCase.Waves(new Extent(5, 12, 13));

        RunUntilChanged(step, one);
        RunUntilChanged(step, other);

        Assert.Equal(one.Channel(0).ToArray(), other.Channel(0).ToArray());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void EveryStep_ChangesImagesAndNothingElse(int step)
    {
        // Given: an image, and a second channel that is none
        PatchBuffer patch = new(2);
        patch.Reset(new Extent(5, 12, 13));
        IntensityCase.Waves(patch.Extent).Channel(0).CopyTo(patch.Channel(0));
        patch.Channel(1).Fill(1);
        patch.Segmentation.Fill(2);
        float[] before = patch.Channel(0).ToArray();

        // When
        RunUntilChanged(step, patch);

        // Then
        Assert.NotEqual(before, patch.Channel(0).ToArray());
        Assert.All(patch.Channel(0).ToArray(), static v => Assert.True(float.IsFinite(v)));
        Assert.All(patch.Channel(1).ToArray(), static v => Assert.Equal(1, v));
        Assert.All(patch.Segmentation.ToArray(), static l => Assert.Equal(2, l));
    }

    // A slice, one voxel, and images that are 0 all over, as patches outside a case are.
    [Theory]
    [InlineData(1, 12, 13)]
    [InlineData(1, 1, 1)]
    [InlineData(4, 1, 9)]
    public void Images_ThatAreZero_StaySoButForNoise(int z, int y, int x)
    {
        PatchBuffer patch = new(1);
        patch.Reset(new Extent(z, y, x));
        patch.Channel(0).Clear();
        RandomStream random = new(1, 0, 0, 0);

        for (int i = 0; i < 200; i++) IntensityAugmentations.Standard(1, sliceWise: i % 2 == 0).Skip(1).ToList().ForEach(step => step.Run(patch, ref random));

        Assert.All(patch.Channel(0).ToArray(), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void Steps_AreInTheOriginalsOrder()
    {
        IReadOnlyList<PatchAugmentation> steps = IntensityAugmentations.Standard(1, sliceWise: true);

        Assert.Equal(
            ["GaussianNoise", "GaussianBlur", "Brightness", "Contrast", "LowResolution", "Gamma", "Gamma"],
            steps.Select(static s => s.GetType().Name.Replace("Augmentation", "", StringComparison.Ordinal)));
        Assert.Equal([true, false], steps.OfType<GammaAugmentation>().Select(static g => g.Inverted));
        Assert.True(steps.OfType<LowResolutionAugmentation>().Single().SliceWise);
    }

    [Fact]
    public void MoreValuesThanChannels_AreRefused()
    {
        PatchBuffer patch = IntensityCase.Waves(new Extent(1, 2, 2));

        ArgumentException error = Assert.Throws<ArgumentException>(() => new BrightnessAugmentation(1).Apply(patch, new ChannelValues([1, 1])));

        Assert.Contains("there are 2 values for 1 channels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_CompareByWhatTheyHoldAndPrintReadably()
    {
        Assert.Equal(new ChannelValues([0.5, null]), new ChannelValues([0.5, null]));
        Assert.NotEqual(new ChannelValues([0.5, null]), new ChannelValues([0.5, 1]));
        Assert.Equal("0.50 / -", new ChannelValues([0.5, null]).ToString());
    }

    /// <summary>Runs the step on streams of ascending numbers until one of them changes the image.</summary>
    private static void RunUntilChanged(int step, PatchBuffer patch)
    {
        float[] before = patch.Channel(0).ToArray();
        for (int sample = 0; patch.Channel(0).SequenceEqual(before); sample++)
        {
            RandomStream random = new(5, 0, 0, sample);
            IntensityAugmentations.Standard(1, sliceWise: false)[step].Run(patch, ref random);
        }
    }
}
