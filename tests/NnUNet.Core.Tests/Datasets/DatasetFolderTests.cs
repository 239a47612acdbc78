using NnUNet.Core.Datasets;
using NnUNet.Foundation;
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
