using NnUNet.Imaging.Algorithms;

namespace NnUNet.Imaging.Tests.Algorithms;

public sealed class WorldResamplerTests
{
    private static Volume<short> Counted => new([.. Enumerable.Range(1, 60).Select(static i => (short)i)], new Extent(3, 4, 5), Skewed);

    private static ImageGeometry Skewed => new()
    {
        // Turned by 30 degrees about z, and mirrored along it.
        ItkSpacing = [0.5, 0.75, 2],
        ItkOrigin = [10, -20, 30],
        ItkDirection = [0.8660254037844387, -0.5, 0, 0.5, 0.8660254037844387, 0, 0, 0, -1],
    };

    [Fact]
    public void TheSameGrid_GivesTheSameVoxels()
    {
        (Volume<short> result, long covered) = WorldResampler.Nearest(Counted, Counted.Extent, Skewed);

        Assert.Equal(Counted.Voxels, result.Voxels);
        Assert.Equal(60, covered);
    }

    [Fact]
    public void ExchangedAndReversedAxes_GiveWhatReorientationGives()
    {
        Volume<short> turned = Reorientation.To(Counted, Orientation.TryParse("SRP")!);

        (Volume<short> result, long covered) = WorldResampler.Nearest(Counted, turned.Extent, turned.Geometry);

        Assert.Equal(turned.Voxels, result.Voxels);
        Assert.Equal(60, covered);
    }

    [Fact]
    public void FinerGrid_RepeatsVoxels_AndVoxelsOutsideAre0()
    {
        // Given a row of three voxels of 1 mm, and one of eight voxels of half a millimetre that begins one voxel before it
        Volume<short> row = new([7, 8, 9], new Extent(1, 1, 3));
        ImageGeometry finer = ImageGeometry.FromSpacing(new Spacing(1, 1, 0.5)) with { ItkOrigin = [-0.75, 0, 0] };

        // When
        (Volume<short> result, long covered) = WorldResampler.Nearest(row, new Extent(1, 1, 8), finer);

        // Then
        Assert.Equal([0, 7, 7, 8, 8, 9, 9, 0], result.Voxels);
        Assert.Equal(6, covered);
    }

    [Fact]
    public void GridsFarFromEachOther_HaveNothingInCommon()
    {
        ImageGeometry far = ImageGeometry.Identity with { ItkOrigin = [1e30, 0, 0] };

        (Volume<short> result, long covered) = WorldResampler.Nearest(Counted, new Extent(2, 2, 2), far);

        Assert.Equal(0, covered);
        Assert.DoesNotContain(result.Voxels, static v => v != 0);
    }
}
