namespace NnUNet.Core.Tests;

public sealed class WorkspaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nnunet-workspace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Resolve_OptionBeatsWorkspaceWhichBeatsTheVariable()
    {
        // Given all three
        WorkspaceOptions options = new() { Raw = Path.Combine(_folder, "a"), Directory = Path.Combine(_folder, "w") };

        // When
        Workspace both = Workspace.Resolve(options, static _ => "/variable");
        Workspace onlyVariables = Workspace.Resolve(new WorkspaceOptions(), static name => "/" + name);

        // Then
        Assert.Equal(Path.Combine(_folder, "a"), both.Raw);
        Assert.Equal(Path.Combine(_folder, "w", "preprocessed"), both.Preprocessed);
        Assert.Equal(["option --raw", "option --workspace", "option --workspace"], both.Folders.Select(static f => f.Source));
        Assert.Equal(Path.GetFullPath("/RESULTS_FOLDER"), onlyVariables.Results);
        Assert.Equal("variable nnUNet_preprocessed", onlyVariables.Folders[1].Source);
    }

    [Fact]
    public void Resolve_NothingSet_TakesTheDefaultFolder()
    {
        // When
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions(), static _ => null);

        // Then
        Assert.Equal(Path.GetFullPath("nnunet-workspace/raw"), workspace.Raw);
        Assert.Equal("default (RESULTS_FOLDER is not set)", workspace.Folders[2].Source);
    }

    [Fact]
    public void Folders_AreTheOriginals()
    {
        // Given
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder }, static _ => null);

        // Then
        Assert.Equal(Path.Combine(_folder, "raw", "nnUNet_raw_data", "Task004_A"), workspace.RawTask("Task004_A"));
        Assert.Equal(Path.Combine(_folder, "preprocessed", "Task004_A"), workspace.PreprocessedTask("Task004_A"));
        Assert.Equal(
            Path.Combine(_folder, "results", "nnUNet", "2d", "Task004_A", "nnUNetTrainerV2__nnUNetPlansv2.1"),
            workspace.ModelFolder("2d", "Task004_A", "nnUNetTrainerV2", "nnUNetPlansv2.1"));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("004")]
    [InlineData("Task004")]
    [InlineData("Task004_Hippocampus")]
    public void TaskName_FindsATaskByNumberOrNameInAnyFolder(string asked)
    {
        // Given a task of which only a model is there
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder }, static _ => null);
        Directory.CreateDirectory(workspace.ModelFolder("3d_fullres", "Task004_Hippocampus", "T", "P"));

        // When / Then
        Assert.Equal("Task004_Hippocampus", workspace.TaskName(asked));
    }

    [Fact]
    public void TaskName_TwoCandidates_ListsBoth()
    {
        // Given
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder }, static _ => null);
        Directory.CreateDirectory(workspace.RawTask("Task004_A"));
        Directory.CreateDirectory(workspace.PreprocessedTask("Task004_B"));

        // When
        WorkspaceException error = Assert.Throws<WorkspaceException>(() => workspace.TaskName("4"));

        // Then
        Assert.Equal("task 4: 2 tasks have this number: Task004_A, Task004_B; give the full name, or rename one of them.", error.Message);
    }

    [Fact]
    public void TaskName_Unknown_ListsTheKnown()
    {
        // Given
        Workspace workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder }, static _ => null);
        Directory.CreateDirectory(workspace.RawTask("Task004_A"));

        // When
        WorkspaceException error = Assert.Throws<WorkspaceException>(() => workspace.TaskName("Task005_B"));

        // Then
        Assert.Equal("did you mean Task004_A?", error.Remedy);
    }

    [Fact]
    public void Settings_ReadTheOriginalsVariables()
    {
        // Given
        Dictionary<string, string> variables = new() { ["nnUNet_def_n_proc"] = "3", ["CUDA_VISIBLE_DEVICES"] = "1" };

        // When
        EnvironmentSettings settings = EnvironmentSettings.Read(name => variables.GetValueOrDefault(name));

        // Then
        Assert.Equal(3, settings.DefaultThreads);
        Assert.Null(settings.AugmentationThreads);
        Assert.Equal("1", settings.CudaVisibleDevices);
    }

    [Theory]
    [InlineData("4", null, 4, 4)]
    [InlineData(" 4,2 ", null, 4, 4)]
    [InlineData("1", "8", 1, 8)]
    [InlineData(null, "8", null, 8)]
    [InlineData("", null, null, null)]
    public void Settings_ThreadsOfOperationsAreThoseOfLoopsToo_UnlessTheseAreSet(string? operations, string? cases, int? expectedOperations, int? expectedLoops)
    {
        Dictionary<string, string?> variables = new() { ["OMP_NUM_THREADS"] = operations, ["nnUNet_def_n_proc"] = cases };

        EnvironmentSettings settings = EnvironmentSettings.Read(name => variables.GetValueOrDefault(name));

        Assert.Equal((expectedOperations, expectedLoops), (settings.OperationThreads, settings.LoopThreads));
    }

    [Theory]
    [InlineData("OMP_NUM_THREADS")]
    [InlineData("nnUNet_def_n_proc")]
    [InlineData("nnUNet_n_proc_DA")]
    public void Settings_ThatAreNoNumbers_AreNamed(string variable)
    {
        foreach (string wrong in (string[])["0", "-1", "two", "1.5"])
        {
            WorkspaceException error = Assert.Throws<WorkspaceException>(() => EnvironmentSettings.Read(name => name == variable ? wrong : null));
            Assert.Equal($"variable {variable}", error.Where);
        }
    }

    [Fact]
    public void Settings_OfV2sPredictions_AreRead_AndMayBeZero()
    {
        Dictionary<string, string> variables = new() { ["nnUNet_npp"] = "0", ["nnUNet_nps"] = "4" };

        EnvironmentSettings settings = EnvironmentSettings.Read(name => variables.GetValueOrDefault(name));

        Assert.Equal((0, 4), (settings.PreprocessingThreads, settings.ExportThreads));
        Assert.Equal("variable nnUNet_npp", Assert.Throws<WorkspaceException>(() => EnvironmentSettings.Read(static name => name == "nnUNet_npp" ? "-1" : null)).Where);
    }

    [Fact]
    public void Settings_RefuseWhatIsNotANumber() =>
        Assert.Equal("\"many\" is not a number of threads", Assert.Throws<WorkspaceException>(() => EnvironmentSettings.Read(static _ => "many")).What);
}
