using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets.Conversions;

public sealed class ImageConversionTests : IDisposable
{
    private static readonly Extent Small = new(1, 2, 3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ColouredPictures_BecomeOneFileAChannel_CountedThroughTheFilesOfACase()
    {
        // Given a coloured picture of 11 x 13 pixels, and a case of a coloured and a grey file
        Copy("png/rgb8_pil.png", "in/a.png");
        Copy("png/rgb8_pil.png", "in/b_0000.png");
        Copy("png/grey8_pil.png", "in/b_0001.png");

        // When
        ImageConversionReport report = ImageConversion.Run(_folder["in"], _folder["out"]);

        // Then
        Assert.Equal(["a_0000.nii.gz", "a_0001.nii.gz", "a_0002.nii.gz", "b_0000.nii.gz", "b_0001.nii.gz", "b_0002.nii.gz", "b_0003.nii.gz"], report.Written.Select(static f => Path.GetFileName(f)));
        Assert.Equal(3, report.Read);
        Assert.Equal(ImageFile.ReadChannels(_folder["in/a.png"])[1].Voxels, ImageFile.ReadVolume(_folder["out/a_0001.nii.gz"]).Voxels);
        Assert.Equal(ImageFile.ReadVolume(_folder["in/b_0001.png"]).Voxels, ImageFile.ReadVolume(_folder["out/b_0003.nii.gz"]).Voxels);
        Assert.Equal(new Spacing(999, 0.25, 0.25), ImageFile.ReadHeader(_folder["out/b_0003.nii.gz"]).Geometry.Spacing);
        Assert.Equal("uint8", ImageFile.ReadHeader(_folder["out/a_0001.nii.gz"]).DataType);
    }

    [Fact]
    public void FilesOfOneChannel_KeepTheirNumbers()
    {
        Write("in/a_0001.nii.gz", 1, 2, 3, 4, 5, 6);
        Write("in/b.nii.gz", 1, 2, 3, 4, 5, 6);

        ImageConversionReport report = ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Ending = ".png" });

        Assert.Equal(["a_0001.png", "b_0000.png"], report.Written.Select(static f => Path.GetFileName(f)));
    }

    [Fact]
    public void MasksOf255_BecomeLabels_AndOtherValuesStay()
    {
        // Given
        Write("in/a.png", 0, 255, 7, 0, 255, 0);

        // When
        ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Labels = true, Transform = new Dictionary<string, int> { ["255"] = 1 } });

        // Then
        Assert.Equal([0, 1, 7, 0, 1, 0], ImageFile.ReadLabels(_folder["out/a.nii.gz"]).Voxels);
    }

    [Fact]
    public void Ranges_AndAllOthers_BecomeLabels()
    {
        Write("in/a.png", 0, 3, 7, 100, 255, 0);

        ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Labels = true, Ending = ".png", Transform = new Dictionary<string, int> { ["1-5"] = 1, ["7"] = 2, ["100-"] = 3, ["*"] = 0 } });

        Assert.Equal([0, 1, 2, 3, 3, 0], ImageFile.ReadLabels(_folder["out/a.png"]).Voxels);
    }

    [Theory]
    [InlineData("""{"#000000": 0, "#030507": 1}""")]
    [InlineData("""{"0,0,0": 0, "[3, 5, 7]": 1}""")]
    [InlineData("""{"0": "#000000", "1": [3, 5, 7]}""")]
    [InlineData("""{"0": ["#000000"], "1": [[3, 5, 7], [9, 9, 9]]}""")]
    public void ColouredLabelMaps_BecomeLabelsByTheTable(string table)
    {
        // Given a picture with a palette, the entries 0 and 1 of which are (0, 0, 0) and (3, 5, 7), and all others
        Copy("png/palette4_pil.png", "in/a.png");
        File.WriteAllText(_folder["colors.json"], table);

        // When
        DatasetException e = Assert.Throws<DatasetException>(() => ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Labels = true, LabelColors = _folder["colors.json"] }));

        // Then: the first that is not named is told, and how often it occurs
        Assert.Contains("colours that colors.json does not name", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("#030507", e.Message, StringComparison.Ordinal);
        Assert.Contains("and 9 more", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ColouredLabelMap_WithAllItsColoursNamed_IsConverted()
    {
        // Given entry i of the palette is (3 i, 5 i, 7 i)
        Copy("png/palette4_pil.png", "a.png");
        File.WriteAllText(_folder["colors.json"], $"{{{string.Join(", ", Enumerable.Range(0, 16).Select(static i => $"\"#{3 * i:x2}{5 * i:x2}{7 * i:x2}\": {i + 1}"))}}}");

        // When
        ImageConversion.Run(_folder["a.png"], _folder["labels.tif"], new ImageConversionOptions { Labels = true, LabelColors = _folder["colors.json"] });

        // Then
        Volume<short> labels = ImageFile.ReadLabels(_folder["labels.tif"]);
        Assert.Equal(Enumerable.Range(0, 11 * 13).Select(static i => (short)((((i / 13 * 13) + (i % 13 * 7)) % 16) + 1)), labels.Voxels);
    }

    [Theory]
    [InlineData("[1, 2]", "no object")]
    [InlineData("""{"red": 1}""", "no colour and label")]
    [InlineData("""{"#00ff0": 1}""", "no colour and label")]
    [InlineData("""{"1": [256, 0, 0]}""", "no colour and label")]
    [InlineData("""{"#000000": 1, "0,0,0": 2}""", "is label 1 and label 2")]
    public void TableThatIsNone_IsRefused(string table, string what)
    {
        Copy("png/palette4_pil.png", "in/a.png");
        File.WriteAllText(_folder["colors.json"], table);

        Assert.Contains(what, Assert.Throws<DescribedException>(() => ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Labels = true, LabelColors = _folder["colors.json"] })).What, StringComparison.Ordinal);
    }

    [Fact]
    public void GreyLabelMapThatIsStoredAsColours_NeedsNoTable_OthersDo()
    {
        // Given three equal channels, and three that differ
        Copy("png/grey8_pil.png", "grey.png");
        Copy("png/rgb8_pil.png", "in/b.png");
        Volume<float> grey = ImageFile.ReadVolume(_folder["grey.png"]);
        Directory.CreateDirectory(_folder["in2"]);
        WriteColoured(_folder["in2/a.bmp"], [.. grey.Voxels.Select(static v => (byte)v)], grey.Extent);

        // Then
        ImageConversion.Run(_folder["in2"], _folder["out"], new ImageConversionOptions { Labels = true });
        Assert.Equal(grey.Voxels.Select(static v => (short)v), ImageFile.ReadLabels(_folder["out/a.nii.gz"]).Voxels);
        Assert.Contains("--label-colors", Assert.Throws<DatasetException>(() => ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Labels = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spacing_ThatIsGiven_CountsMoreThanTheFiles()
    {
        Copy("tiff/stack_uint8.tif", "in/a.tif");
        Copy("png/grey8_pil.png", "pictures/b.png");

        ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Spacing = [50, 4, 4.5] });
        ImageConversion.Run(_folder["pictures"], _folder["out"], new ImageConversionOptions { Spacing = [0.1, 0.2] });

        Assert.Equal(new Spacing(50, 4, 4.5), ImageFile.ReadHeader(_folder["out/a_0000.nii.gz"]).Geometry.Spacing);
        Assert.Equal(new Spacing(999, 0.1f, 0.2f), ImageFile.ReadHeader(_folder["out/b_0000.nii.gz"]).Geometry.Spacing);
        Assert.Contains("two numbers (y, x)", Assert.Throws<DatasetException>(() => ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Spacing = [1, 1] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SegmentationsAndStacks_GoBackToPicturesAndTiff()
    {
        // Given what a prediction writes
        ImageFile.WriteLabels(_folder["in/flat.nii.gz"], new Volume<short>([0, 1, 2, 0, 1, 2], Small));
        ImageFile.WriteLabels(_folder["stacks/case.nii.gz"], new Volume<short>([.. Enumerable.Range(0, 24).Select(static i => (short)(i % 3))], new Extent(4, 2, 3), ImageGeometry.FromSpacing(new Spacing(3, 2, 1))));

        // When
        ImageConversion.Run(_folder["in"], _folder["png"], new ImageConversionOptions { Labels = true, Ending = ".png" });
        ImageConversion.Run(_folder["stacks"], _folder["tif"], new ImageConversionOptions { Labels = true, Ending = ".tif" });

        // Then
        Assert.Equal([0, 1, 2, 0, 1, 2], ImageFile.ReadLabels(_folder["png/flat.png"]).Voxels);
        Assert.Equal(ImageFile.ReadLabels(_folder["stacks/case.nii.gz"]).Voxels, ImageFile.ReadLabels(_folder["tif/case.tif"]).Voxels);
        Assert.Equal(new Spacing(3, 2, 1), ImageFile.ReadHeader(_folder["tif/case.tif"]).Geometry.Spacing);
        Assert.Contains("one slice, but the image has 4", Assert.Throws<DatasetException>(() => ImageConversion.Run(_folder["stacks"], _folder["png"], new ImageConversionOptions { Labels = true, Ending = ".png" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesOfLabels_AreKept_AndGoWithTheirValues()
    {
        // Given
        Directory.CreateDirectory(_folder["in"]);
        ImageFile.WriteLabels(_folder["in/a.seg.nrrd"], new Volume<short>([0, 1, 2, 3, 4, 0], Small), new Dictionary<int, string> { [1] = "liver", [2] = "spleen", [3] = "left kidney", [4] = "right kidney" });

        // When
        ImageConversion.Run(_folder["in"], _folder["out"], new ImageConversionOptions { Labels = true, Ending = ".seg.nrrd" });
        ImageConversion.Run(_folder["in"], _folder["mapped"], new ImageConversionOptions { Labels = true, Ending = ".seg.nrrd", Transform = new SortedDictionary<string, int> { ["2"] = 7, ["3-4"] = 3 } });

        // Then
        Assert.Equal(["1 liver", "2 spleen", "3 left kidney", "4 right kidney"], Names("out/a.seg.nrrd"));
        Assert.Equal(["1 liver", "3 label 3", "7 spleen"], Names("mapped/a.seg.nrrd"));

        IEnumerable<string> Names(string file) => ImageFile.ReadHeader(_folder[file]).LabelNames.OrderBy(static n => n.Key).Select(static n => $"{n.Key} {n.Value}");
    }

    [Fact]
    public void WhatIsPassedOver_IsTold_AndWhatCannotBeReadStopsNoOther()
    {
        // Given an image, an overlay of it, a text, a folder, and a JSON that belongs to a TIFF
        Write("in/a.nii.gz", 1, 2, 3, 4, 5, 6);
        Copy("png/grey8_pil.png", "in/a.png");
        Copy("tiff/stack_uint8.tif", "in/b.tif");
        File.WriteAllText(_folder["in/b.json"], """{"spacing": [1, 2, 3]}""");
        File.WriteAllText(_folder["in/notes.txt"], "");
        Directory.CreateDirectory(_folder["in/more"]);

        // When
        ImageConversionReport report = ImageConversion.Run(_folder["in"], _folder["out"]);

        // Then
        Assert.Equal(["a.png: a picture beside an image of the same name", "notes.txt: no image of a known format", "more: a folder that is no image itself"], report.PassedOver);
        Assert.Equal(new Spacing(1, 2, 3), ImageFile.ReadHeader(_folder["out/b_0000.nii.gz"]).Geometry.Spacing);

        // When one is damaged
        File.WriteAllBytes(_folder["in/c.tif"], [1, 2, 3]);
        Directory.Delete(_folder["out"], recursive: true);
        DatasetException e = Assert.Throws<DatasetException>(() => ImageConversion.Run(_folder["in"], _folder["out"]));

        // Then
        Assert.Contains("c.tif", e.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/b_0000.nii.gz"]));
    }

    [Fact]
    public void ResultsAmongTheImages_AndTheSameCaseTwice_AreRefused()
    {
        Write("in/a.png", 1, 2, 3, 4, 5, 6);
        Assert.Contains("among the images", Assert.Throws<DescribedException>(() => ImageConversion.Run(_folder["in"], _folder["in"])).What, StringComparison.Ordinal);
        Assert.Contains("over the image", Assert.Throws<DescribedException>(() => ImageConversion.Run(_folder["in/a.png"], _folder["in/a.png"])).What, StringComparison.Ordinal);

        Write("in/a_0000.png", 1, 2, 3, 4, 5, 6);
        Assert.Contains("a.png and a_0000.png are the same case", Assert.Throws<DescribedException>(() => ImageConversion.Run(_folder["in"], _folder["out"])).What, StringComparison.Ordinal);
    }

    [Fact]
    public void OneImage_IsWrittenToTheFileThatIsNamed()
    {
        Copy("png/rgb8_pil.png", "a.png");
        Copy("png/grey8_pil.png", "b.png");

        Assert.Equal([_folder["x.nii.gz"]], ImageConversion.Run(_folder["b.png"], _folder["x.nii.gz"]).Written);
        Assert.Equal([_folder["y_0000.tif"], _folder["y_0001.tif"], _folder["y_0002.tif"]], ImageConversion.Run(_folder["a.png"], _folder["y.tif"]).Written);
        Assert.Equal([_folder["z_0000.tif"], _folder["z_0001.tif"], _folder["z_0002.tif"]], ImageConversion.Run(_folder["a.png"], _folder["z_0000.tif"]).Written);
    }

    [Fact]
    public void AModelOfThreeChannels_SaysWhatToDoWithAColouredPicture()
    {
        Copy("png/rgb8_pil.png", "in/a_0000.png");

        InputCase one = Assert.Single(InputFolder.Find(_folder["in"], 3).Cases);

        Assert.Contains("a_0000.png has 3 channels in one file, of which nnunet convert_images makes one file each", one.Fault, StringComparison.Ordinal);
    }

    private void Write(string path, params short[] labels) => ImageFile.WriteLabels(_folder[path], new Volume<short>(labels, Small));

    private void Copy(string corpus, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.Copy(Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", corpus), _folder[path]);
    }

    /// <summary>A BMP file of 24 bits whose three colours are alike.</summary>
    private static void WriteColoured(string path, byte[] grey, Extent extent)
    {
        int stride = ((extent.X * 3) + 3) / 4 * 4;
        using BinaryWriter file = new(File.Create(path));
        file.Write("BM"u8);
        file.Write(54 + (stride * extent.Y));
        file.Write(0);
        file.Write(54);
        file.Write(40);
        file.Write(extent.X);
        file.Write(extent.Y);
        file.Write((short)1);
        file.Write((short)24);
        file.Write(new byte[24]);
        for (int y = extent.Y - 1; y >= 0; y--)
        {
            for (int x = 0; x < extent.X; x++) file.Write([grey[(y * extent.X) + x], grey[(y * extent.X) + x], grey[(y * extent.X) + x]]);
            file.Write(new byte[stride - (extent.X * 3)]);
        }
    }
}
