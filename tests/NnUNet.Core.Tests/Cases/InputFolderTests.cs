using System.IO.Compression;
using NnUNet.Core.Cases;
using NnUNet.Core.Tests.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Cases;

public sealed class InputFolderTests
{
    [Fact]
    public void Find_TakesEveryEndingAndPassesOverShadows()
    {
        // Given
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["a_0000.NII.GZ", "a_0001.hdr", "a_0001.img", "Mu\u0308ller_0000.nii", "M\u00fcller_0001.nii", "notes.nii"]) File.WriteAllText(folder[name], "");
        EveryEndingTests.AddShadows(folder.Root, "a_0000.NII.GZ");

        // When
        (IReadOnlyList<InputCase> cases, IReadOnlyList<string> others) = InputFolder.Find(folder.Root, channels: 2);

        // Then
        Assert.Equal(["M\u00fcller", "a"], cases.Select(static c => c.CaseId).Order(StringComparer.Ordinal));
        Assert.All(cases, static c => Assert.Null(c.Fault));
        Assert.Equal([folder["a_0000.NII.GZ"], folder["a_0001.hdr"]], cases.Single(static c => c.CaseId == "a").Channels);
        Assert.Equal(["notes.nii"], others);
    }

    [SkippableFact]
    public void Find_ArchivesOfSeries_AreCasesOfOneChannel_AndOtherArchivesNone()
    {
        // Given
        using TemporaryFolder folder = new();
        ZipFile.CreateFromDirectory(TestData.Data("dicom/axial"), folder["a.zip"]);
        ZipFile.CreateFromDirectory(TestData.Data("dicom/sagittal"), folder["b_0000.zip"]);
        using (ZipArchive other = ZipFile.Open(folder["model.zip"], ZipArchiveMode.Create)) other.CreateEntry("plans.json");

        // When
        (IReadOnlyList<InputCase> cases, IReadOnlyList<string> others) = InputFolder.Find(folder.Root, channels: 1);
        InputCase whole = Assert.Single(InputFolder.Find(folder["a.zip"], channels: 1).Cases);

        // Then
        Assert.Equal([("a", folder["a.zip"]), ("b", folder["b_0000.zip"])], cases.Select(static c => (c.CaseId, c.Channels[0])));
        Assert.Empty(others);
        Assert.Equal(("a", folder["a.zip"]), (whole.CaseId, whole.Channels[0]));
        Assert.Contains("the input archive is one image itself", Assert.Throws<DescribedException>(() => InputFolder.Find(folder["a.zip"], channels: 2)).What, StringComparison.Ordinal);
        Assert.Equal("the input is one file, not a folder", Assert.Throws<DescribedException>(() => InputFolder.Find(Path.Combine(TestData.Data("dicom/axial"), "f000.dcm"), channels: 1)).What);
    }

    [Fact]
    public void Find_ImagesWithoutChannels_AreToldHowToBeNamed_AndThoseOfADecathlonTaskHowToBeConverted()
    {
        // Given
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["Task05_Prostate/imagesTs"]);
        Directory.CreateDirectory(folder["images"]);
        File.WriteAllText(folder["Task05_Prostate/dataset.json"], "{}");
        foreach (string path in (string[])["Task05_Prostate/imagesTs/prostate_03.nii.gz", "images/a.nii.gz"]) File.WriteAllText(folder[path], "");

        // When
        DescribedException task = Assert.Throws<DescribedException>(() => InputFolder.Find(folder["Task05_Prostate/imagesTs"], channels: 2));
        DescribedException other = Assert.Throws<DescribedException>(() => InputFolder.Find(folder["images"], channels: 2));

        // Then
        Assert.Equal("no image's name ends with a channel's number (prostate_03.nii.gz)", task.What);
        Assert.Contains($"nnUNet_convert_decathlon_task -i {folder["Task05_Prostate"]} makes one file a channel", task.Remedy, StringComparison.Ordinal);
        Assert.StartsWith("name the files CASE_0000.nii.gz", other.Remedy, StringComparison.Ordinal);
        Assert.EndsWith("an image of four axes must be split into one file a channel", other.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_AFolderThatIsCalledLikeAnImage_IsAFaultOfItsCase()
    {
        // Given
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a_0000.nii.gz"], "");
        Directory.CreateDirectory(folder["b_0000.nii.gz"]);

        // When
        InputCase named = InputFolder.Find(folder.Root, channels: 1).Cases[1];

        // Then
        Assert.Equal("b", named.CaseId);
        Assert.Equal("the model needs 1 channel: b_0000.nii.gz is a folder, not a file", named.Fault);
    }

    [Fact]
    public void Find_APairWithoutItsVoxels_IsAFaultOfItsCase()
    {
        // Given
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["a_0000.hdr", "b_0000.hdr"]) ImageFile.WriteLabels(folder[name], TinyTask.Corners());
        File.Delete(folder["b_0000.img"]);

        // When
        (IReadOnlyList<InputCase> cases, _) = InputFolder.Find(folder.Root, channels: 1);

        // Then
        Assert.Equal([null, "the model needs 1 channel: b_0000.img missing"], cases.Select(static c => c.Fault));
    }

    [Fact]
    public void Find_AFolderThatIsOneImage_IsACaseOfItsName_ForOneChannel()
    {
        // Given
        ToyFormat.Register();
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["a_0000", "1.2.840"])
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(folder[name + "/slice1.toy"], "TOY 1 2");
        }

        // When
        InputCase[] cases = [InputFolder.Find(folder["a_0000"], channels: 1).Cases[0], InputFolder.Find(folder["1.2.840"] + "/", channels: 1).Cases[0]];
        DescribedException e = Assert.Throws<DescribedException>(() => InputFolder.Find(folder["a_0000"], channels: 2));

        // Then
        Assert.Equal(["a", "1.2.840"], cases.Select(static c => c.CaseId));
        Assert.Equal([folder["a_0000"], folder["1.2.840"]], cases.Select(static c => c.Channels[0]));
        Assert.Equal("the input folder is one image itself, but the model needs 2 channels", e.What);
    }

    [Fact]
    public void Find_FoldersThatAreImages_NeedNoChannelsNumberForOneChannel()
    {
        // Given
        ToyFormat.Register();
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["a", "b_0000"])
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(folder[name + "/slice1.toy"], "TOY 1 2");
        }

        // When
        (IReadOnlyList<InputCase> one, IReadOnlyList<string> none) = InputFolder.Find(folder.Root, channels: 1);
        (IReadOnlyList<InputCase> two, IReadOnlyList<string> others) = InputFolder.Find(folder.Root, channels: 2);

        // Then
        Assert.Equal([("a", null), ("b", null)], one.Select(static c => (c.CaseId, c.Fault)));
        Assert.Empty(none);
        Assert.Equal("b", Assert.Single(two).CaseId);
        Assert.Equal(["a"], others);
    }

    [Fact]
    public void Find_AChannelInTwoFormats_IsAFaultOfItsCase()
    {
        // Given
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["a_0000.nii.gz", "a_0000.nii", "b_0000.nii"]) File.WriteAllText(folder[name], "");

        // When
        InputCase bad = InputFolder.Find(folder.Root, channels: 1).Cases[0];

        // Then
        Assert.Equal("the model needs 1 channel: a_0000.nii, a_0000.nii.gz are one channel twice", bad.Fault);
    }

    [Fact]
    public void ImageFolder_WithACaseInTwoFormats_SaysSo()
    {
        // Given
        using TemporaryFolder folder = new();
        ImageFile.WriteLabels(folder["a.nii.gz"], TinyTask.Corners());
        ImageFile.WriteLabels(folder["a.hdr"], TinyTask.Corners());

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => ImageFolder.Of(folder.Root).Find("a"));

        // Then
        Assert.Equal($"{folder.Root}: a.hdr and a.nii.gz are the same case in two formats; remove one of them.", e.Message);
    }
}
