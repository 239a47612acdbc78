using NnUNet.Testing;

namespace NnUNet.Core.Tests;

/// <summary>Folders that are meant to be tasks, but are named otherwise or lie elsewhere.</summary>
public sealed class MisnamedTaskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Workspace Folders => Workspace.Resolve(new WorkspaceOptions { Directory = _folder.Root }, static _ => null);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("5")]
    [InlineData("005")]
    [InlineData("Task05")]
    [InlineData("Task05_Prostate")]
    [InlineData("Task005_Prostate")]
    public void TaskName_ADownloadedDecathlonTask_IsToldToBeConverted(string asked)
    {
        string path = Add("raw/nnUNet_raw_data/Task05_Prostate", "pat_1.nii.gz");

        WorkspaceException e = Assert.Throws<WorkspaceException>(() => Folders.TaskName(asked));

        Assert.Equal($"there is no such task, but the folder {path} is not named TaskXXX_NAME, with three digits", e.What);
        Assert.Equal($"it looks like a task of the Decathlon as it was downloaded, so convert it: nnUNet_convert_decathlon_task -i {path}", e.Remedy);
    }

    [Theory]
    [InlineData("Task05_Prostate", "5", "Task005_Prostate", "is not named TaskXXX_NAME, with three digits")]
    [InlineData("task_5-Prostate", "5", "Task005_Prostate", "is not named TaskXXX_NAME, with three digits")]
    [InlineData("005_Prostate", "5", "Task005_Prostate", "is not named TaskXXX_NAME, with three digits")]
    [InlineData("Task005", "5", "Task005_NAME", "is not named TaskXXX_NAME, with three digits")]
    [InlineData("Dataset714_Liver", "714", "Task714_Liver", "is named as for nnU-Net v2, while a task here is TaskXXX_NAME")]
    [InlineData("Dataset714_Liver", "Dataset714_Liver", "Task714_Liver", "is named as for nnU-Net v2, while a task here is TaskXXX_NAME")]
    public void TaskName_AWrongName_IsToldWithTheRightOne(string name, string asked, string proper, string why)
    {
        string path = Add($"raw/nnUNet_raw_data/{name}", "pat_1_0000.nii.gz");

        WorkspaceException e = Assert.Throws<WorkspaceException>(() => Folders.TaskName(asked));

        Assert.Equal($"there is no such task, but the folder {path} {why}", e.What);
        Assert.Equal($"rename {path} to {Folders.RawTask(proper)}", e.Remedy);
    }

    [Fact]
    public void TaskName_ATaskBesideTheFolderOfTasks_IsToldWhereItBelongs()
    {
        string path = Add("raw/Task005_Prostate", "pat_1_0000.nii.gz");

        WorkspaceException e = Assert.Throws<WorkspaceException>(() => Folders.TaskName("5"));

        Assert.Equal($"move {path} to {Folders.RawTask("Task005_Prostate")}", e.Remedy);
    }

    [Theory]
    [InlineData("raw/5")]
    [InlineData("raw/nnUNet_raw_data/Task006_Other")]
    [InlineData("raw/nnUNet_raw_data/notes")]
    public void TaskName_OtherFolders_AreNotMeant(string other)
    {
        Add(other, "pat_1_0000.nii.gz");

        Assert.DoesNotContain("there is no such task, but", Assert.Throws<WorkspaceException>(() => Folders.TaskName("5")).Message, StringComparison.Ordinal);
    }

    private string Add(string folder, string image)
    {
        Directory.CreateDirectory(_folder[$"{folder}/imagesTr"]);
        File.WriteAllText(_folder[$"{folder}/imagesTr/{image}"], "");
        return _folder[folder];
    }
}
