using System.Text.Json.Nodes;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

public sealed class PlanFromFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("Task003_Liver", "ExperimentPlanner3D_v21", "out_3d_v21")]
    [InlineData("Task027_ACDC", "ExperimentPlanner2D_v21", "out_2d_v21")]
    public void Run_PropertiesOfAGoldenEntryWithNumberOfCases_WritesItsPlan(string name, string planner, string expected)
    {
        JsonObject dataset = GoldenPlans.Dataset(name);
        JsonObject file = dataset["dataset_properties"]!.DeepClone().AsObject();
        file["num_cases"] = dataset["num_cases"]!.DeepClone();
        File.WriteAllText(_folder["in.json"], file.ToJsonString());

        PlanFromFingerprint.Run(_folder["in.json"], planner, _folder["out.json"]);

        GoldenPlans.AssertEqual(dataset[expected]!.AsObject(), PlanFile.Read(_folder["out.json"]));
    }

    [Fact]
    public void Run_AFingerprintOfOurOwn_WorksUnchanged()
    {
        ProductJson.Write(_folder[DatasetFingerprint.FileName], SmallDataset.Anisotropic());

        Plan plan = PlanFromFingerprint.Run(_folder[DatasetFingerprint.FileName], "ExperimentPlanner3D_v21", _folder["out.json"]);

        Assert.True(JsonNode.DeepEquals(ProductJson.ToNode(plan), ProductJson.ToNode(PlanFile.Read(_folder["out.json"]))));
    }

    [Fact]
    public void Run_FaultyFingerprint_NamesTheFile()
    {
        ProductJson.Write(_folder["in.json"], SmallDataset.Anisotropic() with { AllClasses = [] });

        PlanningException error = Assert.Throws<PlanningException>(
            () => PlanFromFingerprint.Run(_folder["in.json"], "ExperimentPlanner3D_v21", _folder["out.json"]));

        Assert.Equal(_folder["in.json"], error.Where);
    }

    [Fact]
    public void Run_UnknownPlanner_ListsTheKnownOnes()
    {
        CatalogException error = Assert.Throws<CatalogException>(() => PlanFromFingerprint.Run("in.json", "ExperimentPlanner3D_v20", "out.json"));

        Assert.Contains("ExperimentPlanner3D_v21", error.Message, StringComparison.Ordinal);
    }
}
