using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nrrd;

/// <summary>The segmentations of 3D Slicer.</summary>
public sealed class NrrdSegmentsTests : IDisposable
{
    private const string Layers = "space: LPS\nkinds: list domain domain domain\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Layers_AreJoined_AndEverySegmentKeepsItsValue()
    {
        // Given: two layers, which take turns
        string path = new NrrdText
        {
            Sizes = "2 2 2 2",
            More = Layers + Segment(0, "liver", 1, 0) + Segment(1, "tumour", 5, 1) + Segment(2, "vessel", 2, 0),
            Voxels = [1, 0, 2, 0, 0, 5, 0, 0, 0, 0, 1, 0, 0, 5, 0, 0],
        }.Save(_folder["a.seg.nrrd"]);

        // When
        ImageHeader header = ImageFile.ReadHeader(path);

        // Then
        Assert.Equal([1, 2, 5, 0, 0, 1, 5, 0], ImageFile.ReadLabels(path).Voxels);
        Assert.Equal([1f, 2, 5, 0, 0, 1, 5, 0], ImageFile.ReadVolume(path).Voxels);
        Assert.Equal((1, "liver", "tumour", "vessel"), (header.Channels, header.LabelNames[1], header.LabelNames[5], header.LabelNames[2]));
        Assert.Empty(header.Warnings);
        Assert.Equal("a", ImageFile.NameWithoutEnding(path));
    }

    [Fact]
    public void Read_SegmentsThatOverlap_AreRefusedByTheirNames()
    {
        string path = new NrrdText { Sizes = "2 2 2 1", More = Layers + Segment(0, "liver", 1, 0) + Segment(1, "tumour", 2, 1), Voxels = [1, 2, 1, 0, 1, 2, 0, 0] }.Save(_folder["a.seg.nrrd"]);

        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path));

        Assert.Equal("the segments \"liver\" and \"tumour\" overlap (layers have 2 voxels in common), but a voxel has one label", e.What);
    }

    [Fact]
    public void Read_TwoSegmentsOfOneValue_AreRefusedByTheirNames()
    {
        string path = new NrrdText { Sizes = "2 2 2 1", More = Layers + Segment(0, "liver", 1, 0) + Segment(1, "tumour", 1, 1), Voxels = new byte[8] }.Save(_folder["a.seg.nrrd"]);

        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path));

        Assert.Equal("the segments \"liver\" and \"tumour\" both have the label value 1", e.What);
    }

    [Fact]
    public void Read_AValueThatIsNoSegments_IsRefused()
    {
        string path = new NrrdText { Sizes = "2 2 2 1", More = Layers + Segment(0, "liver", 1, 0) + Segment(1, "tumour", 2, 1), Voxels = [0, 0, 0, 3, 0, 0, 0, 0] }.Save(_folder["a.seg.nrrd"]);

        Assert.Equal("layer 1 has the value 3, which no segment of it has", Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path)).What);
    }

    [Fact]
    public void Read_LayersOfOnesWithoutValues_AreNumberedInTheirOrder()
    {
        // Given: what Slicer wrote before it had label values
        string path = new NrrdText { Sizes = "2 2 2 1", More = Layers + "Segment0_Name:=liver\nSegment0_ID:=a\nSegment1_Name:=tumour\nSegment1_ID:=b\n", Voxels = [1, 0, 0, 1, 0, 0, 1, 0] }.Save(_folder["a.seg.nrrd"]);

        // When
        ImageHeader header = ImageFile.ReadHeader(path);

        // Then
        Assert.Equal([1, 2, 0, 1], ImageFile.ReadLabels(path).Voxels);
        Assert.Equal("tumour", header.LabelNames[2]);
        Assert.Contains("1 liver, 2 tumour", Assert.Single(header.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LabelsWithNames_TellsTheirSegmentsAsSlicerDoes()
    {
        // Given
        Volume<short> labels = new([0, 1, 1, 0, 0, 0, 0, 3], new Extent(2, 2, 2), ImageGeometry.Identity with { ItkSpacing = [0.5, 1, 2], ItkOrigin = [1, 2, 3] });

        // When
        ImageFile.WriteLabels(_folder["a.seg.nrrd"], labels, new Dictionary<int, string> { [0] = "background", [1] = "left\nkidney", [2] = "absent", [3] = "M\u00fcller" });

        // Then
        string header = Encoding.UTF8.GetString(File.ReadAllBytes(_folder["a.seg.nrrd"])).Split("\n\n")[0];
        foreach (string line in (string[])["Segment0_Name:=left\\nkidney", "Segment0_LabelValue:=1", "Segment0_Layer:=0", "Segment0_Extent:=0 1 0 1 0 0", "Segment1_Extent:=0 -1 0 -1 0 -1", "Segment2_Name:=M\u00fcller", "Segment2_Extent:=1 1 1 1 1 1", "Segment2_ID:=Segment_3"])
        {
            Assert.Contains(line, header.Split('\n'));
        }

        ImageHeader read = ImageFile.ReadHeader(_folder["a.seg.nrrd"]);
        Assert.Equal("left\nkidney", read.LabelNames[1]);
        Assert.Equal("M\u00fcller", read.LabelNames[3]);
        Assert.Equal(labels.Voxels, ImageFile.ReadLabels(_folder["a.seg.nrrd"]).Voxels);
        Assert.Equal(labels.Geometry, read.Geometry);
    }

    [Fact]
    public void Write_ASegmentationWithoutNames_NamesItsLabelsByTheirValues()
    {
        ImageFile.WriteLabels(_folder["a.seg.nrrd"], new Volume<short>([0, 7], new Extent(1, 1, 2)));

        Assert.Equal("label 7", ImageFile.ReadHeader(_folder["a.seg.nrrd"]).LabelNames[7]);
    }

    private static string Segment(int number, string name, int value, int layer) =>
        $"Segment{number}_ID:=Segment_{number}\nSegment{number}_Name:={name}\nSegment{number}_LabelValue:={value}\nSegment{number}_Layer:={layer}\n";
}
