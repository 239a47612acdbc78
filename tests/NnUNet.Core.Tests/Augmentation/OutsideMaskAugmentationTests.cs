using NnUNet.Core.Augmentation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Augmentation;

public sealed class OutsideMaskAugmentationTests
{
    [Fact]
    public void OutsideTheMask_OnlyMaskedChannelsBecomeZero()
    {
        PatchBuffer patch = new(2);
        patch.Reset(new Extent(1, 1, 3));
        patch.Channel(0).Fill(5);
        patch.Channel(1).Fill(6);
        new short[] { -1, 0, 2 }.CopyTo(patch.Segmentation);
        RandomStream random = new(0, 0, 0, 0);

        new OutsideMaskAugmentation(new Dictionary<int, bool> { [0] = false, [1] = true }).Run(patch, ref random);

        Assert.Equal([5, 5, 5], patch.Channel(0).ToArray());
        Assert.Equal([0, 6, 6], patch.Channel(1).ToArray());
    }
}
