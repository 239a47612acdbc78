using NnUNet.Core.Bundles;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Bundles;

public sealed class VoxelBoxesTests
{
    [Fact]
    public void OfLabels_GivesTheSmallestBoxes()
    {
        Volume<short> labels = Labelled();

        Assert.Equal(
            [((short)1, new BoundingBox(new Extent(5, 6, 7), new Extent(2, 1, 3))), ((short)4, new BoundingBox(new Extent(0, 0, 0), new Extent(1, 1, 1)))],
            VoxelBoxes.OfLabels(labels));
    }

    [Fact]
    public void Around_AMargin_RoundsVoxelsDown_AndEndsAtTheImage()
    {
        // Given spacings of 3, 2 and 0.7 mm: 20 mm are 6.67, 10 and 28.6 voxels, rounded down
        Volume<short> labels = Labelled().WithGeometry(ImageGeometry.Identity with { ItkSpacing = [3, 2, 0.7] });

        BoundingBox? box = VoxelBoxes.Around(labels, [1], [20, 20, 20]);

        Assert.Equal(new BoundingBox(new Extent(0, 0, 1), new Extent(35, 17, 15)), box);
    }

    [Fact]
    public void Around_WhatIsNotThere_IsNothing() => Assert.Null(VoxelBoxes.Around(Labelled(), [2, 3], [20, 20, 20]));

    [Fact]
    public void Cut_AndPaste_GivesTheBoxAtItsPlace()
    {
        // Given
        Volume<short> labels = Labelled().WithGeometry(ImageGeometry.Identity with { ItkSpacing = [3, 2, 0.5], ItkOrigin = [10, 0, -4] });
        BoundingBox box = new(new Extent(4, 6, 7), new Extent(3, 1, 2));

        // When
        Volume<short> part = VoxelBoxes.Cut(labels, box);
        Volume<short> whole = VoxelBoxes.Paste(part, box, labels.Extent, labels.Geometry);

        // Then
        Assert.Equal([0, 0, 1, 1, 1, 1], part.Voxels.Select(static v => (int)v));
        Assert.Equal([31, 12, -2], part.Geometry.ItkOrigin);
        Assert.Equal((4, 1), (whole.Voxels.Sum(static v => v), whole[5, 6, 8]));
    }

    private static Volume<short> Labelled()
    {
        Volume<short> labels = new(new Extent(40, 30, 20));
        labels[0, 0, 0] = 4;
        labels.Row(5, 6)[7..10].Fill(1);
        labels.Row(6, 6)[7..10].Fill(1);
        return labels;
    }
}
