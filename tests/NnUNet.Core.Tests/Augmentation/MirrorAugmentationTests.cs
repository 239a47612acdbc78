using NnUNet.Core.Augmentation;

namespace NnUNet.Core.Tests.Augmentation;

public sealed class MirrorAugmentationTests
{
    [SkippableTheory]
    [InlineData("mirror_3d_z", true, false, false)]
    [InlineData("mirror_3d_y", false, true, false)]
    [InlineData("mirror_3d_all", true, true, true)]
    [InlineData("mirror_2d_y", false, true, false)]
    [InlineData("mirror_2d_x", false, false, true)]
    public void Mirroring_EqualsTheRecordedOne(string name, bool z, bool y, bool x)
    {
        AugmentationGolden golden = AugmentationGolden.Case(name);
        PatchBuffer patch = golden.Input();

        new MirrorAugmentation([0, 1, 2]).Apply(patch, new MirrorParameters(z, y, x));

        Assert.Equal(golden.Values("data_out"), AugmentationGolden.AllChannels(patch));
        Assert.Equal(golden.Values("seg_out"), patch.Segmentation.ToArray().Select(static l => (float)l));
    }

    [Fact]
    public void Drawing_MirrorsHalfOfTheSamplesAlongAllowedAxesOnly()
    {
        MirrorAugmentation augmentation = new([1, 2]);
        RandomStream random = new(5, 0, 0, 0);

        MirrorParameters[] drawn = [.. Enumerable.Range(0, 20_000).Select(_ => augmentation.Draw(ref random))];

        Assert.DoesNotContain(drawn, static d => d.Z);
        Assert.InRange(drawn.Average(static d => d.Y ? 1.0 : 0), 0.49, 0.51);
        Assert.InRange(drawn.Average(static d => d.X ? 1.0 : 0), 0.49, 0.51);
        Assert.InRange(drawn.Average(static d => d.X && d.Y ? 1.0 : 0), 0.24, 0.26);
    }
}
