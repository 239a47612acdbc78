using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Nifti;

public sealed class NiftiLabelNamesTests : IDisposable
{
    private static readonly Dictionary<int, string> Names = new() { [2] = "a & ]]> b", [1] = "spleen" };

    private readonly TemporaryFolder _folder = new();

    private static Volume<short> Labels => new([0, 1, 2, 0, 1, 1, 2, 0], new Extent(2, 2, 2));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteLabels_WithNames_HasAnExtensionBetweenHeaderAndVoxels()
    {
        // When
        ImageFile.WriteLabels(_folder["named.nii"], Labels, Names);

        // Then
        byte[] file = File.ReadAllBytes(_folder["named.nii"]);
        int size = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(352)), voxels = (int)BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(108));
        Assert.Equal((byte)1, file[348]);
        Assert.Equal(0, size % 16);
        Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(356)));
        Assert.Equal(352 + size, voxels);
        Assert.Equal([0, 1, 2, 0, 1, 1, 2, 0], file[voxels..]);
        XElement table = XDocument.Parse(Encoding.UTF8.GetString(file, 360, size - 8).TrimEnd('\0')).Root!.Element("VolumeInformation")!.Element("LabelTable")!;
        Assert.Equal([("1", "spleen"), ("2", "a & ]]> b")], table.Elements("Label").Select(static l => (l.Attribute("Key")!.Value, l.Value)));
        Assert.Equal("CaretExtension", table.Document!.Root!.Name.LocalName);
    }

    [Fact]
    public void WriteLabels_WithNames_IsReadAsWithout()
    {
        ImageFile.WriteLabels(_folder["named.nii.gz"], Labels, Names);
        ImageFile.WriteLabels(_folder["plain.nii.gz"], Labels);

        Volume<short> named = ImageFile.ReadLabels(_folder["named.nii.gz"]);

        Assert.Equal(ImageFile.ReadLabels(_folder["plain.nii.gz"]).Voxels, named.Voxels);
        Assert.Equal(Labels.Geometry, named.Geometry);
    }

    [Fact]
    public void WriteLabels_WithNamesInAPair_LeavesThemOut()
    {
        ImageFile.WriteLabels(_folder["pair.hdr"], Labels, Names);

        Assert.Equal(348, new FileInfo(_folder["pair.hdr"]).Length);
        Assert.Equal(Labels.Voxels, ImageFile.ReadLabels(_folder["pair.hdr"]).Voxels);
    }

    [Fact]
    public void WriteLabels_WithNamesTwice_GivesTheSameBytes()
    {
        ImageFile.WriteLabels(_folder["1.nii.gz"], Labels, Names);
        ImageFile.WriteLabels(_folder["2.nii.gz"], Labels, new Dictionary<int, string> { [1] = Names[1], [2] = Names[2] });

        using GZipStream first = new(File.OpenRead(_folder["1.nii.gz"]), CompressionMode.Decompress);
        Assert.Equal(0x5c, first.ReadByte()); // 348
        Assert.Equal(File.ReadAllBytes(_folder["1.nii.gz"]), File.ReadAllBytes(_folder["2.nii.gz"]));
    }
}
