using NnUNet.Core.Cascade;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Models;

/// <summary>What a plan with regions promises.</summary>
public sealed class RegionContractTests
{
    private static readonly NetworkDescription Network = new() { Name = "Generic_UNet", Arguments = default, MirrorAxes = [] };

    [Fact]
    public void Of_APlanWithRegions_HasAnOutputForEachOfThem()
    {
        ModelContract contract = PlanContract.Of(Plan(), 0, Network);

        Assert.Equal(OutputContract.V1Regions, contract.Outputs);
        Assert.Equal(2, contract.Labels.Outputs);
        Assert.Equal([1, 2, 3], contract.Labels.Foreground);
        Assert.Equal([new(1, "whole"), new(2, "core")], contract.Labels.Scored);
        Assert.Equal(["0", "1", "2", "whole", "core"], contract.Labels.Structures.Select(static s => s.Name));
        Assert.Equal([1, 2, 3], PlanContract.LabelsOf(Plan() with { Regions = [], RegionsClassOrder = [] }).Scored.Select(static s => s.Label));
        Assert.Empty(contract.Labels.Faults());
    }

    [Fact]
    public void Faults_OfRegionsThatCannotBe_AreTheContractsAndThePlans()
    {
        Plan plan = Plan() with { RegionsClassOrder = [2, 2] };

        Assert.Contains(PlanFile.Faults(plan), static f => f.Contains("regions_class_order has the label 2 twice", StringComparison.Ordinal));
        Assert.Contains(PlanContract.LabelsOf(plan).Faults(), static f => f.Contains("regions_class_order has the label 2 twice", StringComparison.Ordinal));
    }

    [Fact]
    public void SecondStage_SeesThePaintedLabels_AsChannelsOfAllLabels()
    {
        // Given the first stage's probabilities of both regions on four voxels
        Plan plan = Plan();
        MultiChannelArray<float> probabilities = new(new Extent(1, 1, 4), [0.4f, 0.9f, 0.9f, 0.2f], [0.1f, 0.2f, 0.8f, 0.7f]);

        // When
        short[] labels = [.. NextStageSegmentation.Resample(ProbabilityMaps.From(probabilities), probabilities.Extent, PlanContract.Of(plan, 0, Network), CancellationToken.None)];

        // Then
        Assert.Equal([0, 1, 2, 2], labels);
        Assert.Equal([1, 2, 3], PlanContract.PreviousStageOf(plan).Labels);
        Assert.Equal(4, PlanContract.Of(plan, 0, Network with { PreviousStage = true }).InputChannels);
    }

    private static Plan Plan() => SmallPlan.Create() with { NumClasses = 3, AllClasses = [1, 2, 3], Regions = [new("whole", [1, 2, 3]), new("core", [2, 3])], RegionsClassOrder = [1, 2] };
}
