using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Core.Tests.Datasets;

namespace NnUNet.Core.Tests.Preprocessing.Store;

/// <summary>What an earlier version preprocessed without looking at labels is told before anything is trained on it.</summary>
public sealed class PreprocessedLabelsTests
{
    [Theory]
    [InlineData("255", "has 255")]
    [InlineData("-1024", "has -1024")]
    [InlineData("1.5", "has 1.5")]
    [InlineData("-1", null)]
    public void Check_LabelsThatThePlanDoesNotHave_AreToldWithTheirFile(string label, string? told)
    {
        // Given
        using TinyTask task = new(cases: 2);
        Plan plan = new PreprocessingRun(task.Workspace, new PreprocessingOptions { Planner2D = null }).Run([task.Name])[0].Plan3D!;
        PreprocessedFolder folder = PreprocessedFolder.Of(task.Workspace.PreprocessedTask(task.Name), plan, stage: 0);
        string properties = Path.Combine(folder.Folder, "case_01.json");
        string text = File.ReadAllText(properties);
        int at = text.IndexOf("\"classes\": [", StringComparison.Ordinal) + "\"classes\": [".Length;
        File.WriteAllText(properties, $"{text[..at]}{label}, {text[at..]}");

        // When
        PreprocessingException? error = (PreprocessingException?)Record.Exception(() => PreprocessedLabels.Check(folder, folder.Cases, plan));

        // Then
        Assert.Equal(told is null, error is null);
        if (told is not null) Assert.EndsWith($"labelsTr/case_01.nii.gz {told}", error!.What, StringComparison.Ordinal);
    }
}
