using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

public sealed class TaskPlanTests
{
    private const string Json = "nnUNetPlansv2.1_plans_3D.json";
    private const string Pickle = "nnUNetPlansv2.1_plans_3D.pkl";

    [SkippableFact]
    public void APickleAlone_IsThePlan()
    {
        // Given
        using TemporaryFolder folder = new();
        File.Copy(TestData.Golden("hippocampus/" + Pickle), folder[Pickle]);
        Plan expected = PlanFile.Read(TestData.Golden("hippocampus/" + Json));

        // When
        Plan? read = TaskPlan.ReadIn(folder.Root, Configuration.FullResolution, "nnUNetPlansv2.1");

        // Then
        Assert.Equal(folder[Pickle], TaskPlan.PathIn(folder.Root, Configuration.FullResolution, "nnUNetPlansv2.1"));
        Assert.Empty(PlanDifferences.Between(read!, expected));
        Assert.Equal(expected.PlansPerStage[0].PatchSize, read!.PlansPerStage[0].PatchSize);
        Assert.Equal(["nnUNetPlansv2.1"], TaskPlan.NamesIn(folder.Root, Configuration.FullResolution));
        Assert.Null(TaskPlan.PathIn(folder.Root, Configuration.Slices, "nnUNetPlansv2.1"));
        Assert.Empty(PlanFile.UnknownKeys(read));
    }

    [SkippableFact]
    public void OfBoth_TheJsonCounts_AndADifferenceIsTold()
    {
        // Given
        using TemporaryFolder folder = new();
        File.Copy(TestData.Golden("hippocampus/" + Pickle), folder[Pickle]);
        Plan plan = PlanFile.Read(folder[Pickle]);
        PlanFile.Write(folder[Json], plan);

        // When
        string? same = TaskPlan.RemarkOn(folder.Root, Configuration.FullResolution, "nnUNetPlansv2.1");
        PlanFile.Write(folder[Json], plan with { PlansPerStage = new() { [0] = plan.PlansPerStage[0] with { BatchSize = 9 } } });
        string? other = TaskPlan.RemarkOn(folder.Root, Configuration.FullResolution, "nnUNetPlansv2.1");

        // Then
        Assert.Null(same);
        Assert.Contains("plans_per_stage.0.batch_size 2, not 9", other, StringComparison.Ordinal);
        Assert.Equal(9, TaskPlan.ReadIn(folder.Root, Configuration.FullResolution, "nnUNetPlansv2.1")!.PlansPerStage[0].BatchSize);
    }

    [Fact]
    public void APickleOfSomethingElse_IsRefused()
    {
        using TemporaryFolder folder = new();
        Files.Pickle.PickleFile.Write(folder[Pickle], new List<object?> { 1L });

        DescribedException error = Assert.ThrowsAny<DescribedException>(() => TaskPlan.ReadIn(folder.Root, Configuration.FullResolution, "nnUNetPlansv2.1"));

        Assert.Contains("this is no plan", error.What, StringComparison.Ordinal);
    }
}
