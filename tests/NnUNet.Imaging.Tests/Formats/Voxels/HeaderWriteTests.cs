using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Voxels;

/// <summary>What NRRD and MetaImage files hold when they are written, and what copies of them do.</summary>
public sealed class HeaderWriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Endings => [".nrrd", ".seg.nrrd", ".nhdr", ".mha", ".mhd"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Endings))]
    public void Write_ThenRead_GivesTheSameVoxelsAndGeometry(string ending)
    {
        // Given
        Volume<float> image = Image();
        Volume<short> small = new([.. Enumerable.Range(0, 60).Select(static i => (short)(i % 5))], new Extent(3, 4, 5), image.Geometry);
        Volume<short> large = new([.. Enumerable.Range(0, 60).Select(static i => (short)((i * 1000) - 30000))], new Extent(3, 4, 5), image.Geometry);

        // When
        ImageFile.WriteVolume(_folder["image" + ending], image);
        ImageFile.WriteLabels(_folder["small" + ending], small);

        // Then
        Assert.Equal(image.Voxels, ImageFile.ReadVolume(_folder["image" + ending]).Voxels);
        AssertClose(image.Geometry, ImageFile.ReadHeader(_folder["image" + ending]).Geometry);
        Assert.Equal("float32", ImageFile.ReadHeader(_folder["image" + ending]).DataType);
        Assert.Equal(small.Voxels, ImageFile.ReadLabels(_folder["small" + ending]).Voxels);
        Assert.Equal("uint8", ImageFile.ReadHeader(_folder["small" + ending]).DataType);
        if (ending == ".seg.nrrd") return;
        ImageFile.WriteLabels(_folder["large" + ending], large);
        Assert.Equal(large.Voxels, ImageFile.ReadLabels(_folder["large" + ending]).Voxels);
        Assert.Equal("int16", ImageFile.ReadHeader(_folder["large" + ending]).DataType);
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Write_OfOneSliceOfTwoAxes_StaysOne(string ending)
    {
        // Given
        ImageGeometry geometry = new() { Dimensions = 2, ItkSpacing = [0.5, 0.25, 1], ItkOrigin = [7, 8, 0], ItkDirection = [0, -1, 0, 1, 0, 0, 0, 0, 1] };

        // When
        ImageFile.WriteVolume(_folder["flat" + ending], new Volume<float>([1, 2, 3, 4, 5, 6], new Extent(1, 2, 3), geometry));

        // Then
        Assert.Equal(geometry, ImageFile.ReadHeader(_folder["flat" + ending]).Geometry);
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageFile.ReadVolume(_folder["flat" + ending]).Voxels);
    }

    [Theory]
    [InlineData(".nrrd")]
    [InlineData(".seg.nrrd")]
    [InlineData(".mha")]
    public void Write_IntoAStream_GivesTheBytesOfTheFile(string ending)
    {
        // Given
        Volume<short> labels = new([0, 1, 2, 0, 1, 2], new Extent(1, 2, 3));
        ImageFile.WriteLabels(_folder["labels" + ending], labels);
        ImageFile.WriteVolume(_folder["image" + ending], Image());

        // When
        using MemoryStream first = new(), second = new();
        ImageFile.WriteLabels(new OneWay(first), labels, ending);
        ImageFile.WriteVolume(new OneWay(second), Image(), ending);

        // Then
        Assert.Equal(File.ReadAllBytes(_folder["labels" + ending]), first.ToArray());
        Assert.Equal(File.ReadAllBytes(_folder["image" + ending]), second.ToArray());
    }

    [Theory]
    [InlineData(".nhdr")]
    [InlineData(".mhd")]
    public void Write_OfTwoFilesIntoAStream_IsRefused(string ending)
    {
        using MemoryStream stream = new();

        Assert.Contains("has two files, and a stream is one", Assert.Throws<FileFormatException>(() => ImageFile.WriteVolume(stream, Image(), ending)).What, StringComparison.Ordinal);
        Assert.Empty(stream.ToArray());
    }

    [Theory]
    [MemberData(nameof(Endings))]
    public void Write_WhatIsNoGeometry_IsRefused(string ending)
    {
        Volume<float> image = Image().WithGeometry(ImageGeometry.Identity with { ItkSpacing = [1, double.NaN, 1] });

        Assert.Contains("are no geometry", Assert.Throws<FileFormatException>(() => ImageFile.WriteVolume(_folder["a" + ending], image)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LabelsOverAnImageOfTheSameName_LeavesNoOtherVoxels()
    {
        ImageFile.WriteVolume(_folder["a.mhd"], Image());
        ImageFile.WriteLabels(_folder["a.mhd"], new Volume<short>([0, 1], new Extent(1, 1, 2)));

        Assert.Equal(["a.mhd", "a.zraw"], VisibleFiles.In(_folder[""]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(_folder["a.mhd"], ImageFile.OpeningFile(_folder["a.zraw"]));
    }

    [Theory]
    [InlineData(".nhdr", ".raw.gz")]
    [InlineData(".mhd", ".raw")]
    public void CopyTo_UnderAnotherName_TakesTheVoxelsAndTellsTheHeader(string ending, string voxels)
    {
        // Given
        ImageFile.WriteVolume(_folder["a" + ending], Image());
        ImageLocation location = ImageLocation.Of(_folder["a" + ending])!;

        // When
        IReadOnlyList<string> copies = location.CopyTo(_folder["copies"], "other");
        location.CopyTo(_folder["same"]);
        location.CopyTo(_folder["copies"], "other");

        // Then
        Assert.Equal([_folder["copies/other" + ending], _folder["copies/other" + voxels]], copies);
        Assert.Equal(Image().Voxels, ImageFile.ReadVolume(copies[0]).Voxels);
        Assert.True(location.IsCopiedTo(_folder["same"]));
        location.MoveTo(_folder["moved"]);
        Assert.Equal(Image().Voxels, ImageFile.ReadVolume(_folder["moved/a" + ending]).Voxels);
        Assert.False(File.Exists(_folder["a" + voxels]));
    }

    [Theory]
    [InlineData("a.mhd", "ObjectType = Image\nNDims = 3\nDimSize = 2 1 2\nElementType = MET_UCHAR\nElementDataFile = LIST\nparts/1.raw\nparts/2.raw\n")]
    [InlineData("a.mhd", "ObjectType = Image\nNDims = 3\nDimSize = 2 1 2\nElementType = MET_UCHAR\nElementDataFile = parts/%d.raw\n")]
    [InlineData("a.nhdr", "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 1 2\ndata file: parts/%d.raw 1 2 1\nencoding: raw\n")]
    [InlineData("a.nhdr", "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 1 2\nencoding: raw\ndata file: LIST 2\nparts/1.raw\nparts/2.raw\n")]
    public void CopyTo_OfAnImageInSeveralFiles_NamesThemAfterTheImage(string name, string header)
    {
        // Given
        Directory.CreateDirectory(_folder["parts"]);
        File.WriteAllText(_folder[name], header);
        File.WriteAllBytes(_folder["parts/1.raw"], [1, 2]);
        File.WriteAllBytes(_folder["parts/2.raw"], [3, 4]);
        ImageLocation location = ImageLocation.Of(_folder[name])!;

        // When
        IReadOnlyList<string> copies = location.CopyTo(_folder["copies"], "other");
        IReadOnlyList<string> same = location.CopyTo(_folder["same"]);

        // Then
        Assert.Equal(["other.parts_1.raw", "other.parts_2.raw"], copies.Skip(1).Select(Path.GetFileName));
        Assert.Equal([1, 2, 3, 4], ImageFile.ReadVolume(copies[0]).Voxels);
        Assert.Equal([1, 2, 3, 4], ImageFile.ReadVolume(same[0]).Voxels);
        Assert.True(File.Exists(_folder["same/parts/2.raw"]));
    }

    [Fact]
    public void Files_OfAHeaderThatNamesAnotherImage_AreNotThatImages()
    {
        ImageFile.WriteVolume(_folder["b.nii"], Image());
        File.WriteAllText(_folder["a.mhd"], "ObjectType = Image\nNDims = 3\nDimSize = 2 1 2\nElementType = MET_UCHAR\nElementDataFile = b.nii\n");

        ImageLocation.Of(_folder["a.mhd"])!.Delete();

        Assert.True(File.Exists(_folder["b.nii"]));
    }

    [Fact]
    public void WriteSegmentation_TellsNamesOnlyWhereTheFormatIsOneOfNames()
    {
        // Given
        Volume<short> labels = new([0, 1], new Extent(1, 1, 2));
        Dictionary<int, string> names = new() { [1] = "liver" };

        // When
        foreach (string name in (string[])["a.seg.nrrd", "a.nrrd", "a.nii"]) ImageFile.WriteSegmentation(_folder[name], labels, names);
        ImageFile.WriteLabels(_folder["b.nii"], labels);

        // Then
        Assert.Equal("liver", ImageFile.ReadHeader(_folder["a.seg.nrrd"]).LabelNames[1]);
        Assert.Empty(ImageFile.ReadHeader(_folder["a.nrrd"]).LabelNames);
        Assert.Equal(File.ReadAllBytes(_folder["b.nii"]), File.ReadAllBytes(_folder["a.nii"]));
    }

    [Fact]
    public void Write_MetaImage_SaysWhereItsAxesComeFrom()
    {
        ImageFile.WriteVolume(_folder["a.mha"], Image().WithGeometry(ImageGeometry.Identity with { ItkDirection = [0, 0, -1, 1, 0, 0, 0, 1, 0] }));

        string text = Encoding.Latin1.GetString(File.ReadAllBytes(_folder["a.mha"]));
        Assert.Contains("AnatomicalOrientation = AIL\n", text, StringComparison.Ordinal);
        Assert.Contains("TransformMatrix = 0 1 0 0 0 1 -1 0 0\n", text, StringComparison.Ordinal);
    }

    private static Volume<float> Image()
    {
        (double c, double s) = (Math.Cos(0.3), Math.Sin(0.3));
        ImageGeometry oblique = new() { ItkSpacing = [0.7, 0.8, 2.5], ItkOrigin = [-30.25, 40.5, 1e-7], ItkDirection = [c, 0, s, 0, 1, 0, -s, 0, c] };
        Volume<float> image = new(new Extent(3, 4, 5), oblique);
        for (int i = 0; i < image.Voxels.Length; i++) image.Voxels[i] = (i * 0.3f) - 5;
        image.Voxels[7] = float.NaN;
        return image;
    }

    private static void AssertClose(ImageGeometry expected, ImageGeometry actual)
    {
        Assert.All(expected.ItkSpacing.Zip(actual.ItkSpacing), static v => Assert.Equal(v.First, v.Second, 1e-14));
        Assert.All(expected.ItkOrigin.Zip(actual.ItkOrigin), static v => Assert.Equal(v.First, v.Second, 1e-14));
        Assert.All(expected.ItkDirection.Zip(actual.ItkDirection), static v => Assert.Equal(v.First, v.Second, 1e-14));
    }
}
