using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets;

public sealed class DatasetFolderTests
{
    [Fact]
    public void Open_FindsTheFilesOfEveryCase()
    {
        // Given
        using TinyTask task = new(cases: 2, channels: 2);

        // When
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(task.Folder);

        // Then
        Assert.Equal(["MR", "MR"], description.ChannelNames);
        Assert.Equal([1, 2], description.ForegroundLabels);
        Assert.Equal(["case_00", "case_01"], cases.Select(static c => c.CaseId));
        Assert.Equal([task.Image("case_01", 0), task.Image("case_01", 1)], cases[1].Channels);
        Assert.Equal(task.Label("case_01"), cases[1].Label);
    }

    [Fact]
    public void Open_MissingFiles_AreAllInOneReport()
    {
        // Given
        using TinyTask task = new(cases: 2);
        File.Delete(task.Image("case_00", 0));
        File.Delete(task.Label("case_01"));

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DatasetFolder.Open(task.Folder));

        // Then
        Assert.Equal(["imagesTr/case_00_0000.nii.gz", "labelsTr/case_01.nii.gz"], error.Faults.Select(static f => f.Where));
        Assert.StartsWith("Task100_Tiny: 2 faults:\n  imagesTr/case_00_0000.nii.gz: the file is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".nii", ".nii.gz")]
    [InlineData(".nii.gz", ".nii")]
    [InlineData(".hdr", ".img")]
    [InlineData(".hdr.gz", ".img.gz")]
    [InlineData(".hdr", ".nii.gz")]
    public void Open_ImagesUnderAnotherEndingThanListed_AreThoseThatAreMeant(string there, string listed)
    {
        // Given
        using TinyTask task = new(cases: 2, ending: there);
        Relist(task, there, listed);

        // When
        (_, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(task.Folder);

        // Then
        Assert.Equal(["case_00", "case_01"], cases.Select(static c => c.CaseId));
        Assert.Equal([task.Image("case_01", 0)], cases[1].Channels);
        Assert.Equal(task.Label("case_01"), cases[1].Label);
    }

    [Fact]
    public void Verify_ImagesUnderAnotherEnding_AreToldOnceAFolder_AndNoneIsToBeRemoved()
    {
        // Given
        using TinyTask task = new(cases: 3, ending: ".nii");
        Relist(task, ".nii", ".nii.gz");

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Empty(report.Faults);
        Assert.Equal(
            [
                "imagesTr/case_00_0000.nii: dataset.json lists it and 2 more files of imagesTr as .nii.gz; they are read as .nii",
                "labelsTr/case_00.nii: dataset.json lists it and 2 more files of labelsTr as .nii.gz; they are read as .nii",
            ],
            report.Warnings.Where(static w => w.What.Contains("lists", StringComparison.Ordinal)).Select(static w => $"{w.Where}: {w.What}"));
    }

    [Fact]
    public void Verify_APairThatIsListedByItsVoxels_IsNothingToTell()
    {
        // Given
        using TinyTask task = new(cases: 2, ending: ".hdr");
        Relist(task, ".hdr", ".img");

        // When
        DatasetReport report = DatasetVerifier.Verify(task.Folder);

        // Then
        Assert.Empty(report.Faults);
        Assert.DoesNotContain(report.Warnings, static w => w.What.Contains("lists", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_VoxelsWithoutTheirHeader_SayWhichFileIsMissing()
    {
        // Given
        using TinyTask task = new(cases: 1, ending: ".hdr");
        Relist(task, ".hdr", ".img");
        File.Delete(task.Image("case_00", 0));

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DatasetFolder.Open(task.Folder));

        // Then
        Assert.Equal("imagesTr/case_00_0000.hdr", Assert.Single(error.Faults).Where);
        Assert.Equal("the file is missing, but dataset.json lists the case case_00; case_00_0000.img is there", error.Faults[0].What);
    }

    [Fact]
    public void Verify_ACaseInTwoFormats_SaysWhichIsListed()
    {
        // Given
        using TinyTask task = new(cases: 2);
        ImageFile.WriteVolume(Path.ChangeExtension(Path.ChangeExtension(task.Image("case_00", 0), null), ".nii"), TinyTask.Ramp(1));

        // When
        DatasetFault fault = Assert.Single(DatasetVerifier.Verify(task.Folder).Faults);

        // Then
        Assert.Equal(
            "imagesTr/case_00_0000.nii: the case case_00 is there twice, and dataset.json lists case_00_0000.nii.gz; "
            + "move the one away that is not meant; where that is case_00_0000.nii.gz, list case_00_0000.nii instead",
            fault.ToString());
    }

    [Fact]
    public void Open_WithoutDescription_NamesTheCommandThatWritesIt()
    {
        // Given
        using TinyTask task = new(cases: 1);
        File.Delete(Path.Combine(task.Folder, "dataset.json"));

        // When
        DescribedException error = Assert.Throws<DescribedException>(() => DatasetFolder.Open(task.Folder));

        // Then
        Assert.Equal("there is no dataset.json", error.What);
        Assert.StartsWith($"nnunet generate_dataset_json {task.Folder} --channels", error.Remedy, StringComparison.Ordinal);
    }

    private static void Relist(TinyTask task, string there, string listed)
    {
        string path = Path.Combine(task.Folder, "dataset.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace($"{there}\"", $"{listed}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Description_ReadsAndWritesWhatItDoesNotKnow()
    {
        // Given
        using TemporaryFolder folder = new();
        string path = folder[DatasetDescription.FileName];
        File.WriteAllText(path, """
            {"name": "X", "licence": "CC0", "modality": {"0": "CT"}, "labels": {"0": "background", "1": "liver"}, "training": [], "test": ["./imagesTs/a.nii.gz"]}
            """);

        // When
        DatasetDescription description = DatasetDescription.Read(path);
        ProductJson.Write(path, description);

        // Then
        Assert.Equal("CC0", DatasetDescription.Read(path).Unknown["licence"].GetString());
        Assert.Equal(["./imagesTs/a.nii.gz"], description.Test);
    }

    [Fact]
    public void Description_GapsInTheChannelNumbers_AreRefused()
    {
        // Given
        using TemporaryFolder folder = new();
        string path = folder[DatasetDescription.FileName];
        File.WriteAllText(path, """{"modality": {"0": "CT", "2": "PET"}, "labels": {"zero": "background"}, "training": []}""");

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DatasetDescription.Read(path));

        // Then
        Assert.Equal("the channels in \"modality\" are numbered 0, 2", error.Faults[0].What);
        Assert.Equal("the key \"zero\" in \"labels\" is not a whole number", error.Faults[1].What);
    }

    [SkippableFact]
    public void Description_OfTheHippocampus_IsRead()
    {
        // When
        DatasetDescription description = DatasetDescription.Read(TestData.Golden("hippocampus/dataset.json"));

        // Then
        Assert.Equal(60, description.Training.Count);
        Assert.Equal("hippocampus_001", description.Training[0].CaseId);
    }
}
