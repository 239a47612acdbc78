using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation;

/// <summary>What augmentations tell about what they will do.</summary>
public sealed class PreviewTests
{
    [Fact]
    public void ThePreview_TellsWhatTheNextDrawIs()
    {
        // Given
        GaussianBlurAugmentation augmentation = new(2) { Probability = 1, ChannelProbability = 1 };
        RandomStream random = new(1, 0, 0, 0);

        // When
        string? words = augmentation.Preview(random);

        // Then: the stream has not moved
        Assert.Equal($"blur {augmentation.Draw(ref random)}", words);
    }

    [Fact]
    public void ASampleThatStaysAsItIs_IsNotTold()
    {
        RandomStream random = new(1, 0, 0, 0);
        SpatialRanges never = new() { RotationProbability = 0, ScaleProbability = 0 };

        Assert.Null(new MirrorAugmentation([]).Preview(random));
        Assert.Null(new OutsideMaskAugmentation(new Dictionary<int, bool> { [0] = true }).Preview(random));
        Assert.Null(new SpatialAugmentation(new Extent(8, 8, 8), never, sliceWise: false).Preview(random));
        Assert.Null(new GaussianNoiseAugmentation(1) { Probability = 0 }.Preview(random));
        Assert.Null(new GaussianBlurAugmentation(1) { Probability = 1, ChannelProbability = 0 }.Preview(random));
    }

    [Fact]
    public void EveryChange_IsToldInAFewWords()
    {
        RandomStream random = new(1, 0, 0, 0);
        SpatialRanges always = new() { RotationProbability = 1, ScaleProbability = 1 };

        Assert.Equal("mirrored z y x", new MirrorAugmentation([0, 1, 2], probability: 1).Preview(random));
        Assert.Matches(@"^turned -?\d+° -?\d+° -?\d+°, scale [01]\.\d\d$", new SpatialAugmentation(new Extent(8, 8, 8), always, sliceWise: false).Preview(random));
        Assert.Matches(@"^turned -?\d+°, scale [01]\.\d\d$", new SpatialAugmentation(new Extent(8, 8, 8), always, sliceWise: true).Preview(random));
        Assert.Matches(@"^scale [01]\.\d\d$", new SpatialAugmentation(new Extent(8, 8, 8), always with { RotationProbability = 0 }, sliceWise: true).Preview(random));
        Assert.Matches(@"^noise 0\.\d\d\d$", new GaussianNoiseAugmentation(1) { Probability = 1 }.Preview(random));
        Assert.Matches(@"^brightness [01]\.\d\d$", new BrightnessAugmentation(1) { Probability = 1 }.Preview(random));
        Assert.Matches(@"^contrast [01]\.\d\d / [01]\.\d\d$", new ContrastAugmentation(2) { Probability = 1 }.Preview(random));
        Assert.Matches(@"^resolution [01]\.\d\d$", new LowResolutionAugmentation(1, sliceWise: true) { Probability = 1, ChannelProbability = 1 }.Preview(random));
        Assert.Matches(@"^gamma [01]\.\d\d$", new GammaAugmentation(1, inverted: false) { Probability = 1 }.Preview(random));
        Assert.Matches(@"^inverted gamma [01]\.\d\d$", new GammaAugmentation(1, inverted: true) { Probability = 1 }.Preview(random));
    }

    [Fact]
    public void AnAugmentationOfOnesOwn_IsToldByItsNameAndParameters()
    {
        Assert.Equal("AddOne 3", new AddOne().Preview(new RandomStream(1, 0, 0, 0)));
    }

    private sealed class AddOne : PatchAugmentation<int>
    {
        public override int Draw(ref RandomStream random) => 3;

        public override void Apply(PatchBuffer patch, in int parameters) => patch.Channel(0)[0] += 1;
    }
}
