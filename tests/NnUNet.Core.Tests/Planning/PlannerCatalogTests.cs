using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

/// <summary>What every planner of the catalogue keeps to.</summary>
public sealed class PlannerCatalogTests
{
    public static TheoryData<string> Names { get; } = [.. Catalog<ExperimentPlanner>.Names];

    [Fact]
    public void Catalogue_KnowsThePlannersOfTheOriginal() => Assert.Superset(
        new HashSet<string>
        {
            "ExperimentPlanner", "ExperimentPlanner2D", "ExperimentPlanner2D_v21", "ExperimentPlanner2D_v21_RGB_scaleTo_0_1", "ExperimentPlanner3D_v21", "ExperimentPlanner3D_v22",
            "ExperimentPlanner3D_v23", "ExperimentPlanner3D_v21_11GB", "ExperimentPlanner3D_v21_32GB", "ExperimentPlanner3D_v21_3cps",
            "ExperimentPlanner3D_v21_customTargetSpacing_2x2x2", "ExperimentPlanner3D_IsoPatchesInVoxels", "ExperimentPlannerIso",
            "ExperimentPlannerCT2", "ExperimentPlannernonCT", "ExperimentPlannerAllConv3x3", "ExperimentPlannerPoolBasedOnSpacing",
            "ExperimentPlannerTargetSpacingForAnisoAxis", "ExperimentPlanner3DFabiansResUNet_v21",
        },
        Catalog<ExperimentPlanner>.Names.ToHashSet());

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_WrittenAndRead_IsTheSame(string name)
    {
        using TemporaryFolder folder = new();
        Plan plan = Catalog<ExperimentPlanner>.Create(name).CreatePlan(SmallDataset.Anisotropic(), PlanningOptions.Default);

        PlanFile.Write(folder["plan.json"], plan);
        Plan read = PlanFile.Read(folder["plan.json"]);

        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(plan), ProductJson.ToNode(read)));
        Assert.Empty(PlanFile.Faults(plan));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_MadeTwice_IsTheSame(string name)
    {
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(name);

        Plan first = planner.CreatePlan(SmallDataset.Anisotropic(), PlanningOptions.Default);
        Plan second = planner.CreatePlan(SmallDataset.Anisotropic(), PlanningOptions.Default);

        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(first), ProductJson.ToNode(second)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_CarriesThePlannersNames(string name)
    {
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(name);

        Plan plan = planner.CreatePlan(SmallDataset.Anisotropic(), PlanningOptions.Default);

        Assert.Equal(planner.DataIdentifier, plan.DataIdentifier);
        Assert.Equal(planner.PreprocessorName, plan.PreprocessorName);
        Assert.Equal($"{planner.PlansName}_plans_{planner.Dimensions}D.json", planner.PlansFileName);
        Assert.Equal(planner.Dimensions == 2, plan.PlansPerStage[0].Is2D);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_NamesAPreprocessorAndNormalisationsThatThereAre(string name)
    {
        Plan plan = Catalog<ExperimentPlanner>.Create(name).CreatePlan(SmallDataset.Anisotropic(), PlanningOptions.Default);

        Assert.Contains(plan.PreprocessorName, Catalog<CasePreprocessor>.Names);
        Assert.Subset(Catalog<NormalizationScheme>.Names.ToHashSet(), plan.NormalizationSchemes.Values.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_WithATargetSpacingOfTheUsersOwn_HasItAndNamesOfItsOwn(string name)
    {
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(name);
        PlanningOptions options = new() { Spacing = new(4, 1.5, 2) };

        Plan plan = planner.CreatePlan(SmallDataset.Anisotropic(), options);

        Assert.Equal([4, 1.5, 2], plan.PlansPerStage[plan.NumStages - 1].CurrentSpacing);
        Assert.Equal(planner.DataIdentifier + "_trgSp_4x1.5x2", plan.DataIdentifier);
        Assert.Equal($"{planner.PlansName}_trgSp_4x1.5x2_plans_{planner.Dimensions}D.json", planner.PlansFileNameFor(options));
    }

    [Fact]
    public void PlansFileNames_AreAllDifferent()
    {
        IEnumerable<string> files = Catalog<ExperimentPlanner>.Names.Select(static n => Catalog<ExperimentPlanner>.Create(n).PlansFileName);

        Assert.Equal(files, files.Distinct());
    }

    [Fact]
    public void DataIdentifiers_AreDifferentUnlessThePlannerSaysWhoseDataItUses()
    {
        IEnumerable<string> own = Catalog<ExperimentPlanner>.Names
            .Select(static n => Catalog<ExperimentPlanner>.Create(n))
            .Where(static p => p.SharesDataOf is null)
            .Select(static p => p.DataIdentifier);

        Assert.Equal(own, own.Distinct());
    }

    [Theory]
    [InlineData("ExperimentPlanner3D_v21_3cps")]
    [InlineData("ExperimentPlanner3DFabiansResUNet_v21")]
    [InlineData("ExperimentPlannerAllConv3x3")]
    public void PlannerThatSharesData_HasTheIdentifierOfItsOwner(string name)
    {
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(name);

        ExperimentPlanner owner = Catalog<ExperimentPlanner>.Create(planner.SharesDataOf!);

        Assert.Equal(owner.DataIdentifier, planner.DataIdentifier);
    }
}
