using NnUNet.Core.Bundles;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Bundles;

public sealed class SlabSplitTests
{
    private static readonly BundleSplit Split = new() { Voxels = 100, Slices = 20, Parts = 3, Margin = 4 };

    [Fact]
    public void Of_ALargeImage_GivesThirdsThatOverlap() => Assert.Equal(
        [new Slab(0, 14, 0, 10), new Slab(7, 24, 10, 20), new Slab(17, 32, 20, 32)],
        SlabSplit.Of(Split, new Extent(32, 2, 2)));

    [Theory]
    [InlineData(25, 2, 2)] // exactly as many voxels
    [InlineData(20, 9, 9)] // exactly as many slices
    public void Of_AnImageThatIsNoLarger_DoesNotDivideIt(int z, int y, int x) => Assert.Equal([new Slab(0, z, 0, z)], SlabSplit.Of(Split, new Extent(z, y, x)));

    [Fact]
    public void Of_NoSplit_NeverDivides() => Assert.Single(SlabSplit.Of(null, new Extent(4000, 512, 512)));

    [Fact]
    public void Parts_PutTogether_AreTheWhole()
    {
        // Given
        Volume<short> image = new([.. Enumerable.Range(0, 128).Select(static i => (short)i)], new Extent(32, 2, 2));
        Volume<short> whole = new(image.Extent);

        // When
        foreach (Slab slab in SlabSplit.Of(Split, image.Extent)) Join(SlabSplit.Cut(image, slab), slab, whole);

        // Then
        Assert.Equal(image.Voxels, whole.Voxels);
    }

    private static void Join(Volume<short> part, Slab slab, Volume<short> whole)
    {
        Span<short> into = SlabSplit.Place(part, slab, whole, out ReadOnlySpan<short> kept);
        kept.CopyTo(into);
    }
}
