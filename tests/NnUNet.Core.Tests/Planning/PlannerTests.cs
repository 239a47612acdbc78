using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void Options_ByDefault_LeaveTheSpacingToThePlanner() => Assert.Null(PlanningOptions.Default.Spacing);

    [Fact]
    public void CreatePlan_FaultyFingerprintAndOptions_ListsAllFaults()
    {
        DatasetFingerprint fingerprint = SmallDataset.Create(2, [8, 0, 8], [1, 1, double.NaN]) with { AllClasses = [], Modalities = new() { [1] = "MR" } };

        PlanningException error = Assert.Throws<PlanningException>(
            () => new Planner3DV21().CreatePlan(fingerprint, new PlanningOptions { Spacing = new(1, 0, 1) }));

        Assert.Equal(
            """
            data set fingerprint: 7 faults:
              - all_sizes[0] is [8, 0, 8], but must be three numbers of at least 1 (z, y, x)
              - all_sizes[1] is [8, 0, 8], but must be three numbers of at least 1 (z, y, x)
              - all_spacings[0] is [1, 1, NaN], but must be three numbers greater than 0 (z, y, x in mm)
              - all_spacings[1] is [1, 1, NaN], but must be three numbers greater than 0 (z, y, x in mm)
              - all_classes is empty: there is nothing to segment
              - modalities has the keys [1], but must number the channels 0, 1, …
              - the target spacing is (1, 0, 1) mm, but each of its values must be greater than 0; correct it, or measure the data set again.
            """.ReplaceLineEndings("\n"),
            error.Message);
    }

    [Fact]
    public void CreatePlan_WithoutNumberOfCases_CountsTheSizes()
    {
        DatasetFingerprint fingerprint = SmallDataset.Create(200, [40, 40, 40], [1, 1, 1]);

        Plan stated = new Planner3DV21().CreatePlan(fingerprint);
        Plan counted = new Planner3DV21().CreatePlan(fingerprint with { NumCases = 0 });

        Assert.Equal(stated.PlansPerStage[0].BatchSize, counted.PlansPerStage[0].BatchSize);
    }

    [Fact]
    public void CreatePlan_OfAnImageOfOneSlice_NeverPlansAPatchOfNothing()
    {
        DatasetFingerprint fingerprint = SmallDataset.Create(50, [1, 4000, 4000], [999, 1, 1]);

        Plan plan = Catalog<ExperimentPlanner>.Create("ExperimentPlanner3D_v21_3cps").CreatePlan(fingerprint);

        Assert.Equal(1, plan.PlansPerStage[0].PatchSize[0]);
        Assert.Empty(PlanFile.Faults(plan));
    }

    [Fact]
    public void CreatePlan_In2DOfVeryFewSlices_HasABatchOfOne()
    {
        DatasetFingerprint fingerprint = SmallDataset.Create(3, [1, 200, 200], [999, 1, 1]);

        Plan plan = new Planner2DV21().CreatePlan(fingerprint);

        Assert.Equal(1, plan.PlansPerStage[0].BatchSize);
    }

    [Fact]
    public void CreatePlan_MemoryReferenceTooSmallForAnyPatch_SaysSo()
    {
        PlanningException error = Assert.Throws<PlanningException>(() => new NoMemoryPlanner().CreatePlan(SmallDataset.Anisotropic()));

        Assert.StartsWith("planner no_memory: not even a patch of [1, 1, 1] voxels fits the memory reference 1; raise", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreatePlan_FirstVersionIn2DWithHugeSlices_NamesThePlannerThatTakesPatches()
    {
        PlanningException error = Assert.Throws<PlanningException>(
            () => new Planner2D().CreatePlan(SmallDataset.Create(20, [20, 3000, 3000], [1, 1, 1])));

        Assert.Contains("plan with ExperimentPlanner2D_v21", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NormalizationSchemes_OfCT2AndNonCT_AreTheirOwn()
    {
        DatasetFingerprint fingerprint = SmallDataset.Anisotropic();

        Plan ct2 = Catalog<ExperimentPlanner>.Create("ExperimentPlannerCT2").CreatePlan(fingerprint);
        Plan nonCT = Catalog<ExperimentPlanner>.Create("ExperimentPlannernonCT").CreatePlan(fingerprint);

        Assert.Equal(["CT2", "nonCT"], ct2.NormalizationSchemes.Values);
        Assert.Equal(["nonCT", "nonCT"], nonCT.NormalizationSchemes.Values);
    }

    [Theory]
    [InlineData("CT", "CT", false)]
    [InlineData("ct", "CT", true)]
    [InlineData("PETCT", "nonCT", false)]
    [InlineData("Ct", "nonCT", true)]
    public void ChannelName_DecidesNormalisationAndMask(string channel, string scheme, bool mask)
    {
        DatasetFingerprint fingerprint = SmallDataset.Anisotropic() with { Modalities = new() { [0] = channel } };

        Plan plan = new Planner3DV21().CreatePlan(fingerprint);

        Assert.Equal(scheme, plan.NormalizationSchemes[0]);
        Assert.Equal(mask, plan.UseMaskForNorm[0]);
    }

    private sealed class NoMemoryPlanner : Planner3DV21
    {
        public override string PlansName => "no_memory";

        public override double MemoryReference => 1;
    }
}
