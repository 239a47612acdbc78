using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Imaging.Tests.Formats.Dicom.Segmentations;

public sealed class LabelGridTests
{
    private static readonly ImageGeometry Geometry = ImageGeometry.Identity with { ItkSpacing = [1, 2, 3], ItkOrigin = [10, 20, 30] };

    [Fact]
    public void Place_TurnedAxes_ComeBackVoxelByVoxel()
    {
        // Given
        Volume<short> labels = new(new Extent(2, 3, 4), Geometry);
        for (int i = 0; i < labels.Voxels.Length; i++) labels.Voxels[i] = (short)i;

        // When
        Volume<short> turned = Reorientation.To(labels, Orientation.TryParse("SAR")!);
        Volume<short> back = LabelGrid.Place(turned, labels.Extent, Geometry, "x");

        // Then
        Assert.NotEqual(labels.Extent, turned.Extent);
        Assert.Equal(labels.Voxels, back.Voxels);
        Assert.Equal(Geometry, back.Geometry);
    }

    [Fact]
    public void Place_LabelsOutside_AreRefused()
    {
        // Given: one slice of two lies behind the images
        Volume<short> labels = new(new Extent(2, 3, 4), Geometry with { ItkOrigin = [10, 20, 33] });
        labels[1, 0, 0] = 1;

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => LabelGrid.Place(labels, new Extent(2, 3, 4), Geometry, "x"));

        // Then
        Assert.Equal("1 voxels with a label lie outside of the images", e.What);
    }

    [Theory]
    [InlineData(10.5, 1)]
    [InlineData(10, 1.1)]
    public void Place_VoxelsThatLieOtherwise_AreRefused(double x, double spacing)
    {
        Volume<short> labels = new(new Extent(2, 3, 4), Geometry with { ItkOrigin = [x, 20, 30], ItkSpacing = [spacing, 2, 3] });

        Assert.Throws<FileFormatException>(() => LabelGrid.Place(labels, labels.Extent, Geometry, "x"));
    }
}
