using NnUNet.Core.Datasets;

namespace NnUNet.Core.Tests.Datasets;

public sealed class DatasetDescriptionGeneratorTests
{
    private static readonly DatasetDescriptionOptions Options = new()
    {
        Channels = ["T1", "T2"],
        Labels = new Dictionary<int, string> { [0] = "background", [1] = "tumour" },
        Licence = "CC0",
    };

    [Fact]
    public void Generate_ListsTheCasesOfAFolder()
    {
        // Given
        using TinyTask task = new(cases: 3, channels: 2);
        File.Delete(Path.Combine(task.Folder, DatasetDescription.FileName));

        // When
        DatasetDescriptionGenerator.Generate(task.Folder, Options);

        // Then
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(task.Folder);
        Assert.Equal(task.CaseIds, cases.Select(static c => c.CaseId));
        Assert.Equal(["T1", "T2"], description.ChannelNames);
        Assert.Equal(3, description.Unknown["numTraining"].GetInt32());
        Assert.Equal("Task100_Tiny", description.Name);
    }

    [Fact]
    public void Generate_AMissingChannelAndLabel_AreBothReported()
    {
        // Given
        using TinyTask task = new(cases: 2, channels: 2);
        File.Delete(task.Image("case_00", 1));
        File.Delete(task.Label("case_01"));

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DatasetDescriptionGenerator.Generate(task.Folder, Options));

        // Then
        Assert.Equal(["imagesTr/case_00", "labelsTr/case_01.nii.gz"], error.Faults.Select(static f => f.Where));
    }
}
