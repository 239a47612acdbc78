using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Web.Dashboard.Data;

namespace NnUNet.Web.Tests.Dashboard.Data;

/// <summary>The reasons of plans that the default planners make.</summary>
public sealed class PlanWordsTests
{
    [Fact]
    public void ALargeCase_HasALowResolutionWithItsReason()
    {
        PlanAnswer plan = Of(SmallWorkspace.Fingerprint(cases: 20, size: [300, 500, 500], spacing: [1, 0.8, 0.8]));

        Assert.Equal(["3d_lowres"], plan.Stages[0].Configurations);
        Assert.Equal(["3d_fullres", "3d_cascade_fullres"], plan.Stages[1].Configurations);
        Assert.Contains("at least 4: a patch sees too little", Choice(plan.General, "3d_lowres and cascade").Why, StringComparison.Ordinal);
        Assert.Contains("made coarser", Choice(plan.Stages[0].Choices, "spacing (z, y, x)").Why, StringComparison.Ordinal);
    }

    [Fact]
    public void ASmallCase_NeedsNone()
    {
        PlanAnswer plan = Of(SmallWorkspace.Fingerprint());

        Assert.Equal("not planned", Choice(plan.General, "3d_lowres and cascade").Value);
        Assert.Equal("the median of the cases along each axis", Choice(plan.Stages[0].Choices, "spacing (z, y, x)").Why);
        Assert.StartsWith("it covers the whole median case", Choice(plan.Stages[0].Choices, "patch (z, y, x)").Why, StringComparison.Ordinal);
    }

    [Fact]
    public void ACoarseAxis_KeepsItsFinerPercentile()
    {
        // Given: slices of 5 mm, in a fifth of the cases of 3 mm
        DatasetFingerprint coarse = SmallWorkspace.Fingerprint(cases: 10, size: [30, 400, 400], spacing: [5, 0.7, 0.7]);
        coarse = coarse with { AllSpacings = coarse.AllSpacings.Select(static (s, i) => i < 2 ? ((double[])[3, 0.7, 0.7]).ToValueArray() : s).ToValueArray() };

        PlanChoice spacing = Choice(Of(coarse).Stages[^1].Choices, "spacing (z, y, x)");

        Assert.Contains("the 10th percentile of the cases instead of their median 5 mm", spacing.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void ASpacingOfAPerson_IsToldAsOne()
    {
        Plan plan = new Planner3DV21().CreatePlan(SmallWorkspace.Fingerprint(), new PlanningOptions { Spacing = new Spacing(4, 3, 3) });

        PlanChoice spacing = Choice(PlanWords.Of("own_plans_3D.json", plan).Stages[^1].Choices, "spacing (z, y, x)");

        Assert.Contains("chosen by a person", spacing.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void AxesThatAreTurned_AreNamedInTheirOrder()
    {
        PlanAnswer plan = Of(SmallWorkspace.Fingerprint(size: [60, 60, 40], spacing: [1, 1, 2]));

        Assert.Equal("x, z, y", Choice(plan.General, "order of the axes").Value);
        Assert.Equal("2 × 1 × 1 mm", Choice(plan.Stages[0].Choices, "spacing (x, z, y)").Value);
    }

    [Fact]
    public void ACtsNormalisation_SaysItsNumbers()
    {
        DatasetFingerprint ct = SmallWorkspace.Fingerprint(channel: "CT") with
        {
            IntensityProperties = new() { [0] = new ChannelIntensities { Mean = 100, Sd = 50, Percentile005 = -20, Percentile995 = 300 } },
        };

        PlanChoice choice = Of(ct).General[0];

        Assert.Equal("CT", choice.Value);
        Assert.Contains("cut to -20 … 300", choice.Why, StringComparison.Ordinal);
    }

    private static PlanAnswer Of(DatasetFingerprint fingerprint) => PlanWords.Of("nnUNetPlansv2.1_plans_3D.json", new Planner3DV21().CreatePlan(fingerprint));

    private static PlanChoice Choice(IEnumerable<PlanChoice> choices, string what) => choices.Single(c => c.What == what);
}
