using System.Text.Json.Nodes;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using Xunit.Abstractions;

namespace NnUNet.Core.Tests.Planning;

public sealed class GoldenPlannerTests(ITestOutputHelper output)
{
    public static TheoryData<string> Datasets { get; } =
    [
        "Task001_BrainTumour", "Task003_Liver", "Task005_Prostate", "Task007_Pancreas", "Task009_Spleen",
        "Task017_AbdominalOrganSegmentation", "Task027_ACDC", "Task035_ISBI_MSLesion", "Task040_KiTS", "Task058_ISBI_EM_SEG_volume",
        "Task061_CREMI", "Task076_Fluo_N3DH_SIM", "Task120_RGB_2D", "Weird_very_anisotropic_50", "Weird_single_case_CT",
        "Mixed_lowres_axis_middle", "PETCT_two_modalities", "SizeReduction_exactly_0.75", "Thin_slab_moderate_aniso",
    ];

    [SkippableTheory]
    [MemberData(nameof(Datasets))]
    public void CreatePlan_In3D_EqualsTheOriginal(string name)
    {
        JsonObject dataset = GoldenPlans.Dataset(name);

        Plan plan = new Planner3DV21().CreatePlan(GoldenPlans.Fingerprint(dataset), PlanningOptions.Default);

        Comparison comparison = GoldenPlans.AssertEqual(dataset["out_3d_v21"]!.AsObject(), plan);
        output.WriteLine(comparison.ToString());
    }

    [SkippableTheory]
    [MemberData(nameof(Datasets))]
    public void CreatePlan_In2D_EqualsTheOriginal(string name)
    {
        JsonObject dataset = GoldenPlans.Dataset(name);

        Plan plan = new Planner2DV21().CreatePlan(GoldenPlans.Fingerprint(dataset), PlanningOptions.Default);

        Comparison comparison = GoldenPlans.AssertEqual(dataset["out_2d_v21"]!.AsObject(), plan);
        output.WriteLine(comparison.ToString());
    }

    [SkippableFact]
    public void TheGoldenFile_HoldsTheDataSetsOfTheTests()
    {
        JsonObject golden = GoldenPlans.Read(TestData.Golden("planner.json"));

        IEnumerable<string> names = golden["datasets"]!.AsArray().Select(static d => (string)d!["name"]!);

        Assert.Equal(names.Order(StringComparer.Ordinal), ((IEnumerable<object[]>)Datasets).Select(static d => (string)d[0]).Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("hippocampus/dataset_properties.json", "ExperimentPlanner3D_v21", "hippocampus/nnUNetPlansv2.1_plans_3D.json")]
    [InlineData("hippocampus/dataset_properties.json", "ExperimentPlanner2D_v21", "hippocampus/nnUNetPlansv2.1_plans_2D.json")]
    [InlineData("synthetic_preprocessing/Task101_SynCT/dataset_properties.json", "ExperimentPlanner3D_v21", "synthetic_preprocessing/Task101_SynCT/plans_3D.json")]
    [InlineData("synthetic_preprocessing/Task101_SynCT/dataset_properties.json", "ExperimentPlanner2D_v21", "synthetic_preprocessing/Task101_SynCT/plans_2D.json")]
    [InlineData("synthetic_preprocessing/Task102_SynMR2/dataset_properties.json", "ExperimentPlanner3D_v21", "synthetic_preprocessing/Task102_SynMR2/plans_3D.json")]
    [InlineData("synthetic_preprocessing/Task102_SynMR2/dataset_properties.json", "ExperimentPlanner2D_v21", "synthetic_preprocessing/Task102_SynMR2/plans_2D.json")]
    public void CreatePlan_OfRealTasks_EqualsTheOriginal(string properties, string planner, string plans)
    {
        DatasetFingerprint fingerprint = ProductJson.Read<DatasetFingerprint>(TestData.Golden(properties));

        Plan plan = NnUNet.Foundation.Catalog<ExperimentPlanner>.Create(planner).CreatePlan(fingerprint, PlanningOptions.Default);

        Comparison comparison = GoldenPlans.AssertEqual(GoldenPlans.Read(TestData.Golden(plans)), plan);
        output.WriteLine(comparison.ToString());
    }
}
