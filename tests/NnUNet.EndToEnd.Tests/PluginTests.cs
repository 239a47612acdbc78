using System.Text.Json.Nodes;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

public sealed class PluginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void PlannerOfOnesOwn_IsFoundInThePlugin()
    {
        // Given
        string fingerprint = TestData.Golden("hippocampus/dataset_properties.json");

        // When
        BuiltProgram.Run("plan_from_fingerprint", fingerprint, "-pl3d", "ExperimentPlanner3D_v21_tiny", "-o", _folder["tiny.json"], "--plugin", TestData.Sample("PluginPlanner")).MustSucceed();
        BuiltProgram.Run("plan_from_fingerprint", fingerprint, "-pl3d", "ExperimentPlanner3D_v21", "-o", _folder["normal.json"]).MustSucceed();

        // Then
        Assert.Equal("nnUNetData_plans_v2.1_tiny", (string?)Read("tiny.json")["data_identifier"]);
        Assert.Equal("[28,40,28]", Read("tiny.json")["plans_per_stage"]!["0"]!["patch_size"]!.ToJsonString());
        Assert.Equal("[40,56,40]", Read("normal.json")["plans_per_stage"]!["0"]!["patch_size"]!.ToJsonString());
    }

    [SkippableFact]
    public void WithoutThePlugin_ThePlannerIsUnknown()
    {
        ProgramResult run = BuiltProgram.Run("plan_from_fingerprint", TestData.Golden("hippocampus/dataset_properties.json"), "-pl3d", "ExperimentPlanner3D_v21_tiny", "-o", _folder["x.json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ExperimentPlanner3D_v21", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingPlugin_IsOneClearLine()
    {
        ProgramResult run = BuiltProgram.Run("doctor", "--plugin", _folder["none.dll"]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"nnunet: {_folder["none.dll"]}: there is no such file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatIsNoAssembly_IsOneClearLine()
    {
        File.WriteAllText(_folder["text.dll"], "not an assembly");

        ProgramResult run = BuiltProgram.Run("doctor", "--plugin", _folder["text.dll"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("this is not a .NET assembly", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AddAnImageFormat")]
    [InlineData("AddATrainer")]
    [InlineData("PluginPlanner")]
    public void Samples_BringNoAssemblyOfTheProgram(string sample) =>
        Assert.Equal([sample + ".dll"], Directory.GetFiles(Path.GetDirectoryName(TestData.Sample(sample))!, "*.dll").Select(Path.GetFileName));

    private JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(_folder[file]))!;
}
