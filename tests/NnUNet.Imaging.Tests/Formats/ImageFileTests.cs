using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Imaging.Tests.Formats;

public sealed class ImageFileTests
{
    [Theory]
    [InlineData("case_0000.nii.gz", true, "case_0000")]
    [InlineData("folder/case.v2.NII", true, "case.v2")]
    [InlineData("case.hdr", true, "case")]
    [InlineData("case.gz", false, null)]
    [InlineData("case.img", false, null)] // the half of a pair that is opened by its .hdr
    [InlineData("dataset.json", false, null)]
    public void IsImage_GoesByTheEnding(string path, bool isImage, string? name)
    {
        Assert.Equal(isImage, ImageFile.IsImage(path));
        Assert.Equal(name, ImageFile.NameWithoutEnding(path));
    }

    [Fact]
    public void Read_AnUnknownEnding_ListsTheKnownOnes()
    {
        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader("image.xyz"));

        // Then
        Assert.Equal("the ending is not that of a known image format", e.What);
        Assert.Contains(".nii.gz", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AMissingFile_SaysSo()
    {
        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume("no-such-file.nii.gz"));

        // Then
        Assert.Equal("no-such-file.nii.gz: there is no such file; check the name.", e.Message);
    }

    [Fact]
    public void EveryFormatOfTheCatalogue_HasEndingsInLowerCaseThatNoOtherHas()
    {
        // When
        IReadOnlyList<string> endings = ImageFile.Endings;

        // Then
        Assert.NotEmpty(endings);
        Assert.Equal(endings.Count, endings.Distinct().Count());
        Assert.All(endings, static e => Assert.Equal(e.ToLowerInvariant(), e));
        Assert.All(endings, static e => Assert.StartsWith(".", e, StringComparison.Ordinal));
    }

    [Fact]
    public void ReadLabels_OfAFormatThatOnlyReadsImages_ChecksItsVoxels()
    {
        // When
        short[] labels = new InMemoryFormat(0, -1, short.MaxValue).ReadLabels("a").Voxels;

        // Then
        Assert.Equal([0, -1, short.MaxValue], labels);
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(32768f)]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void ReadLabels_OfAFormatThatOnlyReadsImages_RefusesWhatIsNoLabel(float value)
    {
        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => new InMemoryFormat(0, value).ReadLabels("a"));

        // Then
        Assert.StartsWith("a voxel of the label map is", e.What, StringComparison.Ordinal);
    }

    private sealed class InMemoryFormat(params float[] voxels) : ImageFormat
    {
        public override IReadOnlyList<string> Endings => [];

        public override ImageHeader ReadHeader(string path) => new(new Extent(1, 1, voxels.Length), 1, ImageGeometry.Identity, "float32", []);

        public override IReadOnlyList<Volume<float>> ReadChannels(string path) => [new(voxels, new Extent(1, 1, voxels.Length))];
    }
}
