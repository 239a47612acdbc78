using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats;

public sealed class ImageLocationTests
{
    private static readonly Volume<short> Labels = new([0, 1, 2, 0, 1, 2], new Extent(1, 2, 3));

    [Theory]
    [InlineData("case.nii.gz", "case", ".nii.gz")]
    [InlineData("CASE.NII.GZ", "CASE", ".NII.GZ")]
    [InlineData("case.hdr.gz", "case", ".hdr.gz")]
    [InlineData("case.v2.nii", "case.v2", ".nii")]
    [InlineData("Mu\u0308ller.nii", "M\u00fcller", ".nii")]
    public void Of_TheLongestEndingCountsWhateverItsCase(string path, string name, string ending)
    {
        // When
        ImageLocation location = ImageLocation.Of(path)!;

        // Then
        Assert.Equal(name, location.Name);
        Assert.Equal(ending, location.Ending);
        Assert.Equal(path, location.FileName);
    }

    [Fact]
    public void In_ListsWhatOpensImagesAndNothingElse()
    {
        // Given
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["b.hdr", "b.img", "a.NII.GZ", "._a.nii.gz", "readme.txt", "c.nii"]) File.WriteAllText(folder[name], "");

        // Then
        Assert.Equal(["a.NII.GZ", "b.hdr", "c.nii"], ImageLocation.In(folder[""]).Select(static l => l.FileName));
    }

    [Theory]
    [InlineData(".hdr", ".hdr", ".img")]
    [InlineData(".hdr.gz", ".hdr.gz", ".img.gz")]
    [InlineData(".HDR", ".HDR", ".IMG")]
    [InlineData(".nii.gz", ".nii.gz")]
    [InlineData(".nii", ".nii")]
    public void Write_OfAnyEnding_IsReadBackFromAllItsFiles(string ending, params string[] files)
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        ImageFile.WriteLabels(folder["case" + ending], Labels);

        // Then
        Assert.Equal(files.Select(f => folder["case" + f]), ImageLocation.Of(folder["case" + ending])!.Files);
        Assert.Equal(files.Length, Directory.GetFiles(folder[""]).Length);
        Assert.Equal(Labels.Voxels, ImageFile.ReadLabels(folder["case" + ending]).Voxels);
    }

    [Fact]
    public void Write_OfAPairOverOneThatIsCompressedOtherwise_LeavesOneImage()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["case.hdr.gz"], Labels);
        File.Delete(folder["case.hdr.gz"]);

        // When
        ImageFile.WriteLabels(folder["case.hdr"], Labels);

        // Then
        Assert.Equal(["case.hdr", "case.img"], VisibleFiles.In(folder[""]).Select(Path.GetFileName));
    }

    [Fact]
    public void CopyTo_TakesAllFilesAndTheirTimes()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["case.hdr"], Labels);
        ImageLocation location = ImageLocation.Of(folder["case.hdr"])!;

        // When
        IReadOnlyList<string> copies = location.CopyTo(folder["copies"], "other");
        location.CopyTo(folder["same"]);

        // Then
        Assert.Equal([folder["copies/other.hdr"], folder["copies/other.img"]], copies);
        Assert.Equal(Labels.Voxels, ImageFile.ReadLabels(copies[0]).Voxels);
        Assert.True(location.IsCopiedTo(folder["same"]));
        File.AppendAllText(folder["case.img"], "x");
        Assert.False(location.IsCopiedTo(folder["same"]));
    }

    [Fact]
    public void MoveTo_AndDelete_TakeAllFiles()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["case.hdr"], Labels);

        // When
        ImageLocation.Of(folder["case.hdr"])!.MoveTo(folder["moved"]);

        // Then
        Assert.Empty(Directory.GetFiles(folder[""]));
        ImageLocation moved = ImageLocation.Of(folder["moved/case.hdr"])!;
        Assert.Equal(Labels.Voxels, ImageFile.ReadLabels(moved.Path).Voxels);
        moved.Delete();
        Assert.Empty(Directory.GetFiles(folder["moved"]));
    }

    [Fact]
    public void Stamps_OfAPair_ChangeWithEitherFile()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["case.hdr"], Labels);
        string[] before = [.. ImageLocation.Stamps(folder["case.hdr"])];

        // When
        File.AppendAllText(folder["case.img"], "x");
        string[] after = [.. ImageLocation.Stamps(folder["case.hdr"])];

        // Then
        Assert.Equal(2, before.Length);
        Assert.Equal(before[0], after[0]);
        Assert.NotEqual(before[1], after[1]);
    }

    [Fact]
    public void Files_OfASingleFileThatSaysItIsAHeader_HasItsImage()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["case.hdr"], Labels);
        File.Move(folder["case.hdr"], folder["case.nii"]);

        // Then
        Assert.Equal([folder["case.nii"], folder["case.img"]], ImageLocation.Of(folder["case.nii"])!.Files);
        Assert.Equal(Labels.Voxels, ImageFile.ReadLabels(folder["case.nii"]).Voxels);
    }

    [Fact]
    public void Read_AFileWhoseContentIsOfAnotherFormat_IsReadByThat()
    {
        // Given
        Testing.ToyFormat.Register();
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.nii.gz"], "TOY 1 2 3");
        ImageFile.WriteLabels(folder["b.nii"], Labels);
        File.Move(folder["b.nii"], folder["b.toy"]);
        ImageFile.WriteLabels(folder["c.nii.gz"], Labels);
        File.Move(folder["c.nii.gz"], folder["c.nii"]);

        // Then
        Assert.Equal([1f, 2, 3], ImageFile.ReadVolume(folder["a.nii.gz"]).Voxels);
        Assert.Equal(Labels.Voxels, ImageFile.ReadLabels(folder["b.toy"]).Voxels);
        Assert.Equal(Labels.Voxels, ImageFile.ReadLabels(folder["c.nii"]).Voxels);
    }

    [Fact]
    public void Write_InAFormatThatIsOnlyRead_IsRefused()
    {
        // Given
        Testing.ToyFormat.Register();

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => ImageFile.WriteLabels("a.toy", Labels));

        // Then
        Assert.False(ImageFile.CanWrite("a.toy"));
        Assert.Equal("a.toy: images of this format are read, but not written; write one of .hdr, .hdr.gz, .nii, .nii.gz, .seg.dcm.", e.Message);
    }

    [Theory]
    [InlineData(".hdr", "case.img")]
    [InlineData(".HDR", "case.IMG")]
    [InlineData(".hdr.gz", "case.img.gz")]
    public void MissingFiles_OfAPairWithoutItsVoxels_NameThem(string ending, string missing)
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["case" + ending], Labels);
        ImageLocation location = ImageLocation.Of(folder["case" + ending])!;
        Assert.Empty(location.MissingFiles);

        // When
        File.Delete(folder[missing]);

        // Then
        Assert.Equal([folder[missing]], location.MissingFiles);
        File.Delete(location.Path);
        Assert.Equal([location.Path], location.MissingFiles);
    }

    [Fact]
    public void MissingFiles_OfASingleFileThatIsCalledAPairsHeader_AreNone()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["case.nii"], Labels);
        File.Move(folder["case.nii"], folder["case.hdr"]);

        // Then
        Assert.Empty(ImageLocation.Of(folder["case.hdr"])!.MissingFiles);
    }

    [Fact]
    public void AFolderOfSlices_ReplacesOneOfMoreSlicesWhole()
    {
        // Given copies of a series of three slices that has two now
        Testing.ToyFormat.Register();
        using TemporaryFolder folder = new();
        foreach (string series in (string[])["1.2.840_0000", "copies/1.2.840_0000", "moved/1.2.840_0000"])
        {
            Directory.CreateDirectory(folder[series]);
            foreach (int slice in (int[])[1, 2, 3]) File.WriteAllText(folder[$"{series}/slice{slice}.toy"], $"TOY {slice} {slice}");
        }

        File.Delete(folder["1.2.840_0000/slice3.toy"]);
        ImageLocation location = Assert.Single(ImageLocation.In(folder[""]));

        // When, then
        Assert.False(location.IsCopiedTo(folder["copies"]));
        location.CopyTo(folder["copies"]);
        Assert.True(location.IsCopiedTo(folder["copies"]));
        Assert.Equal([1f, 1, 2, 2], ImageFile.ReadVolume(folder["copies/1.2.840_0000"]).Voxels);
        location.MoveTo(folder["moved"]);
        Assert.Equal([1f, 1, 2, 2], ImageFile.ReadVolume(folder["moved/1.2.840_0000"]).Voxels);
        Assert.False(location.Exists);
    }

    [Fact]
    public void AFolderOfSlices_MayHaveAnEnding()
    {
        // Given
        Testing.ToyFormat.Register();
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["case_0000.TOY"]);
        File.WriteAllText(folder["case_0000.TOY/slice1.toy"], "TOY 1 2");

        // When
        ImageLocation location = Assert.Single(ImageLocation.In(folder[""]));
        location.CopyTo(folder["copies"], "other_0000");

        // Then
        Assert.Equal(("case_0000", ".TOY", true), (location.Name, location.Ending, location.IsFolder));
        Assert.Equal([1f, 2], ImageFile.ReadVolume(folder["copies/other_0000.TOY"]).Voxels);
    }

    [Fact]
    public void Delete_OfALinkToAFolderOfSlices_LeavesTheSlices()
    {
        // Given
        Testing.ToyFormat.Register();
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["series/case"]);
        Directory.CreateDirectory(folder["links"]);
        File.WriteAllText(folder["series/case/slice1.toy"], "TOY 1 2");
        Directory.CreateSymbolicLink(folder["links/case"], folder["series/case"]);

        // When
        Assert.Single(ImageLocation.In(folder["links"])).Delete();

        // Then
        Assert.False(Directory.Exists(folder["links/case"]));
        Assert.True(File.Exists(folder["series/case/slice1.toy"]));
    }

    [Fact]
    public void AFolderOfSlices_IsOneImage()
    {
        // Given
        Testing.ToyFormat.Register();
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["case_0000", "empty", "__MACOSX"]) Directory.CreateDirectory(folder[name]);
        File.WriteAllText(folder["case_0000/slice1.toy"], "TOY 1 2");
        File.WriteAllText(folder["case_0000/slice2.toy"], "TOY 3 4");
        File.WriteAllText(folder["__MACOSX/slice1.toy"], "TOY 1 2");

        // When
        ImageLocation location = Assert.Single(ImageLocation.In(folder[""]));
        location.CopyTo(folder["copies"], "other_0000");

        // Then
        Assert.Equal(("case_0000", "", true), (location.Name, location.Ending, location.IsFolder));
        Assert.Equal([folder["case_0000/slice1.toy"], folder["case_0000/slice2.toy"]], location.Files);
        Assert.Equal([1f, 2, 3, 4], ImageFile.ReadVolume(folder["copies/other_0000"]).Voxels);
        location.Delete();
        Assert.False(Directory.Exists(folder["case_0000"]));
    }
}
