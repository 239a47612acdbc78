using NnUNet.Core.Datasets;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets;

public sealed class DecathlonConverterTests
{
    [SkippableFact]
    public void Convert_TheHippocampus_GivesATaskThatOpens()
    {
        // Given
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder.Root }, static _ => null);

        // When
        string task = DecathlonConverter.Convert(TestData.Data("Task04_Hippocampus"), null, workspace);

        // Then
        Assert.Equal("Task004_Hippocampus", task);
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(workspace.RawTask(task));
        Assert.Equal(60, cases.Count);
        Assert.All(DatasetFolder.TestCases(workspace.RawTask(task), description), static c => Assert.True(File.Exists(c.Channels[0])));
    }

    [Fact]
    public void Convert_AFourDimensionalImage_GivesOneFileAChannel()
    {
        // Given an image of two channels, and a hidden file as macOS leaves behind
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder["workspace"] }, static _ => null);
        string input = DecathlonTask(folder, "Task07_Two");
        FourDimensions.Write(Path.Combine(input, "imagesTr", "a.nii.gz"), TinyTask.Ramp(1), TinyTask.Ramp(50));
        File.WriteAllText(Path.Combine(input, "imagesTr", "._a.nii.gz"), "not an image");

        // When
        string task = DecathlonConverter.Convert(input, 107, workspace);

        // Then
        string images = Path.Combine(workspace.RawTask(task), "imagesTr");
        Assert.Equal("Task107_Two", task);
        Assert.Equal(["a_0000.nii.gz", "a_0001.nii.gz"], Directory.GetFiles(images).Select(Path.GetFileName).Order());
        Assert.Equal(TinyTask.Ramp(50).Voxels, ImageFile.ReadVolume(Path.Combine(images, "a_0001.nii.gz")).Voxels);
    }

    [Fact]
    public void Convert_UnreadableImages_AreAllReportedAndNothingIsLeftBehind()
    {
        // Given
        using TemporaryFolder folder = new();
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = folder["workspace"] }, static _ => null);
        string input = DecathlonTask(folder, "Task07_Bad");
        File.WriteAllText(Path.Combine(input, "imagesTr", "a.nii.gz"), "no");
        File.WriteAllText(Path.Combine(input, "imagesTr", "b.nii.gz"), "no");

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DecathlonConverter.Convert(input, null, workspace));

        // Then
        Assert.Equal(2, error.Faults.Count);
        Assert.Empty(Directory.GetDirectories(workspace.RawTasks));
    }

    [Fact]
    public void Convert_ANumberThatAnotherTaskHas_IsRefused()
    {
        // Given
        using TinyTask other = new(cases: 1, name: "Task007_Other");
        using TemporaryFolder folder = new();
        string input = DecathlonTask(folder, "Task07_Mine");

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DecathlonConverter.Convert(input, null, other.Workspace));

        // Then
        Assert.Equal("Task007_Mine: number 7: Task007_Other has it already; choose another one with -output_task_id.", error.Message);
    }

    [Fact]
    public void Convert_WhatIsNoTask_SaysAllThatIsMissing()
    {
        // Given
        using TemporaryFolder folder = new();

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DecathlonConverter.Convert(folder.Root, null, Workspace.Resolve()));

        // Then
        Assert.Equal(4, error.Faults.Count);
    }

    private static string DecathlonTask(TemporaryFolder folder, string name)
    {
        string input = folder[name];
        Directory.CreateDirectory(Path.Combine(input, "imagesTr"));
        Directory.CreateDirectory(Path.Combine(input, "labelsTr"));
        File.WriteAllText(Path.Combine(input, "dataset.json"), "{}");
        return input;
    }
}
