namespace NnUNet.Core.Tests;

public sealed class Version2WorkspaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nnunet-workspace-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Resolve_OptionThenWorkspaceThenVersion2sVariableThenVersion1s()
    {
        // When
        Version2Workspace options = Version2Workspace.Resolve(new WorkspaceOptions { Raw = Path.Combine(_folder, "a"), Directory = Path.Combine(_folder, "w") }, static name => "/" + name);
        Version2Workspace variables = Version2Workspace.Resolve(new WorkspaceOptions(), static name => "/" + name);
        Version2Workspace older = Version2Workspace.Resolve(new WorkspaceOptions(), static name => name is "RESULTS_FOLDER" or "nnUNet_raw_data_base" ? "/" + name : null);

        // Then
        Assert.Equal([Path.Combine(_folder, "a"), Path.Combine(_folder, "w", "preprocessed"), Path.Combine(_folder, "w", "results")], options.Folders.Select(static f => f.Path));
        Assert.Equal(["variable nnUNet_raw", "variable nnUNet_preprocessed", "variable nnUNet_results"], variables.Folders.Select(static f => f.Source));
        Assert.Equal([Path.GetFullPath("/nnUNet_raw_data_base"), Path.GetFullPath("nnunet-workspace/preprocessed"), Path.GetFullPath("/RESULTS_FOLDER")], older.Folders.Select(static f => f.Path));
        Assert.Equal("default (nnUNet_preprocessed is not set)", older.Folders[1].Source);
    }

    [Fact]
    public void Folders_AreTheOriginals()
    {
        // Given
        Version2Workspace workspace = Workspace();

        // Then
        Assert.Equal(Path.Combine(_folder, "raw", "Dataset004_A"), workspace.RawDataset("Dataset004_A"));
        Assert.Equal(Path.Combine(_folder, "results", "Dataset004_A", "nnUNetTrainer__nnUNetPlans__2d"), workspace.ModelFolder("Dataset004_A", "nnUNetTrainer", "nnUNetPlans", "2d"));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("004")]
    [InlineData("Dataset004")]
    [InlineData("Dataset004_Hippocampus")]
    public void DatasetName_FindsADataSetByNumberOrNameInAnyFolder(string asked)
    {
        // Given a data set of which only a model is there, among folders that are none
        foreach (string name in (string[])["Dataset004_Hippocampus", "nnUNet", "Dataset4_B", "Task004_Hippocampus"]) Directory.CreateDirectory(Path.Combine(_folder, "results", name));

        // Then
        Assert.Equal("Dataset004_Hippocampus", Workspace().DatasetName(asked));
    }

    [Fact]
    public void DatasetName_UnknownOrAmbiguous_TellsWhatThereIs()
    {
        // Given
        foreach (string name in (string[])["Dataset004_A", "Dataset004_B"]) Directory.CreateDirectory(Path.Combine(_folder, "raw", name));

        // When
        string two = Assert.Throws<WorkspaceException>(() => Workspace().DatasetName("4")).Message;
        string none = Assert.Throws<WorkspaceException>(() => Workspace().DatasetName("5")).Message;
        string misspelt = Assert.Throws<WorkspaceException>(() => Workspace().DatasetName("Dataset004_C")).Message;

        // Then
        Assert.Contains("Dataset004_A, Dataset004_B", two, StringComparison.Ordinal);
        Assert.Contains("no data set has this number", none, StringComparison.Ordinal);
        Assert.Contains("Dataset004_A", misspelt, StringComparison.Ordinal);
    }

    [Fact]
    public void DatasetId_OfAnotherName_SaysHowToNameIt() =>
        Assert.Contains("DatasetXXX_NAME", Assert.Throws<WorkspaceException>(static () => Version2Workspace.DatasetId("Task004_A")).Message, StringComparison.Ordinal);

    private Version2Workspace Workspace() => Version2Workspace.Resolve(new WorkspaceOptions { Directory = _folder }, static _ => null);
}
