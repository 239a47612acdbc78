using System.Text.Json.Nodes;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class PlanFromFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("-pl3d", "ExperimentPlanner3D_v21", "hippocampus/nnUNetPlansv2.1_plans_3D.json")]
    [InlineData("-pl2d", "ExperimentPlanner2D_v21", "hippocampus/nnUNetPlansv2.1_plans_2D.json")]
    public void Fingerprint_BecomesAPlan(string option, string planner, string golden)
    {
        // Given
        string fingerprint = TestData.Golden("hippocampus/dataset_properties.json");
        string output = _folder["plan.json"];

        // When
        ProgramRun run = ProgramRun.Of("plan_from_fingerprint", fingerprint, option, planner, "-o", output);

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonNode plan = JsonNode.Parse(File.ReadAllText(output))!;
        JsonNode expected = JsonNode.Parse(File.ReadAllText(TestData.Golden(golden)))!;
        Assert.True(JsonNode.DeepEquals(expected["plans_per_stage"]!["0"]!["patch_size"], plan["plans_per_stage"]!["0"]!["patch_size"]));
        Assert.Contains(output, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give exactly one of -pl3d and -pl2d")]
    [InlineData("give exactly one of -pl3d and -pl2d", "-pl3d", "ExperimentPlanner3D_v21", "-pl2d", "ExperimentPlanner2D_v21")]
    [InlineData("ExperimentPlanner2D_v21 plans 2D networks; give it with -pl2d", "-pl3d", "ExperimentPlanner2D_v21")]
    [InlineData("--spacing needs 3 values: Z Y X", "-pl3d", "ExperimentPlanner3D_v21", "--spacing", "1", "2")]
    [InlineData("--spacing is \"x\", but must be a number", "-pl3d", "ExperimentPlanner3D_v21", "--spacing", "1", "x", "2")]
    public void WrongChoice_IsWrongUsage(string expected, params string[] options)
    {
        ProgramRun run = ProgramRun.Of(["plan_from_fingerprint", "fingerprint.json", "-o", "plan.json", .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownPlanner_ListsTheKnownOnes()
    {
        ProgramRun run = ProgramRun.Of("plan_from_fingerprint", "fingerprint.json", "-o", "plan.json", "-pl3d", "ExperimentPlanner3D_v12");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ExperimentPlanner3D_v21", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFile_FailsInOneLine()
    {
        ProgramRun run = ProgramRun.Of("plan_from_fingerprint", "nowhere.json", "-o", "plan.json", "-pl3d", "ExperimentPlanner3D_v21");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(1, run.Error.Count(static character => character == '\n'));
        Assert.Contains("nowhere.json", run.Error, StringComparison.Ordinal);
    }
}
