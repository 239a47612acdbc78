using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cases;

/// <summary>Folders without images that are read here: what lies there is told, and what to do with it.</summary>
public sealed class OtherContentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.webp", "picture (a.webp)", "save each as PNG")]
    [InlineData("a.IMA", "DICOM file (a.IMA)", "nnunet dicom sort")]
    [InlineData("a.mgz", "FreeSurfer image (a.mgz)", "mri_convert")]
    [InlineData("a.img", "half of a pair (.img without its .hdr) (a.img)", "put the header of each (.hdr) beside it")]
    [InlineData("a.tar.gz", "archive (a.tar.gz)", "unpack")]
    public void Find_FilesOfAnotherKind_AreNamedWithWhatToDo(string file, string named, string remedy)
    {
        Write($"in/{file}");

        DescribedException e = Assert.Throws<DescribedException>(() => InputFolder.Find(_folder["in"], 1));

        Assert.Equal($"there is no image that can be read, but there is 1 {named}", e.What);
        Assert.Contains(remedy, e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_DicomWithoutEnding_IsKnownByItsContent_OneFolderDownToo()
    {
        // Given: reports, no images; explicit little-endian, a modality alone
        foreach (int i in Enumerable.Range(1, 4)) Write($"in/reports/IM{i}", [.. new byte[128], .. "DICM"u8, 8, 0, 0x60, 0, .. "CS"u8, 2, 0, .. "SR"u8]);

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => InputFolder.Find(_folder["in"], 1));

        // Then
        Assert.Equal("there is no image that can be read, but in its folder reports there are 4 DICOM files (IM1, IM2, IM3, …)", e.What);
    }

    [Fact]
    public void Find_ImagesInSubfolders_AreToldWhere()
    {
        foreach (string sub in (string[])["p1", "p2"]) Write($"in/{sub}/a_0000.nii.gz");

        DescribedException e = Assert.Throws<DescribedException>(() => InputFolder.Find(_folder["in"], 1));

        Assert.Equal("there is no image in the folder itself, but in 2 folders in it (p1, p2)", e.What);
        Assert.StartsWith("give one of these folders", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NothingAtAll_SaysHowImagesAreNamed()
    {
        Directory.CreateDirectory(_folder["in"]);

        DescribedException e = Assert.Throws<DescribedException>(() => InputFolder.Find(_folder["in"], 1));

        Assert.Equal("there is no image in this folder", e.What);
        Assert.StartsWith("name the files CASE_0000.nii.gz", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_AFileForAFolder_SaysSo()
    {
        Write("a_0000.nii.gz");

        Assert.Equal("the input is one file, not a folder", Assert.Throws<DescribedException>(() => InputFolder.Find(_folder["a_0000.nii.gz"], 1)).What);
    }

    [Fact]
    public void WhoeverFindsNoImages_SaysWhatLiesThere()
    {
        // Given FreeSurfer images where training images, predictions and references are looked for
        foreach (string path in (string[])["task/imagesTr/a_0000.mgz", "pred/a.mgz", "task/labelsTr/a.mgz"]) Write(path);
        DatasetDescriptionOptions options = new() { Channels = ["MR"], Labels = new Dictionary<int, string> { [0] = "background", [1] = "a" } };

        // Then
        Assert.Contains("1 FreeSurfer image (a_0000.mgz)", Assert.Throws<DatasetException>(() => DatasetDescriptionGenerator.Generate(_folder["task"], options)).Message, StringComparison.Ordinal);
        Assert.Contains("1 FreeSurfer image (a.mgz)", Assert.Throws<EvaluationException>(() => FolderEvaluator.Evaluate(_folder["task/labelsTr"], _folder["pred"], [])).Message, StringComparison.Ordinal);
    }

    private void Write(string path, params byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllBytes(_folder[path], content);
    }
}
