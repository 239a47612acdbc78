using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Planning;

public sealed class RecordedVariantTests
{
    private static readonly JsonArray Sets = JsonNode.Parse(File.ReadAllText(
        Path.Combine(TestData.RepositoryRoot(), "tests", "NnUNet.Core.Tests", "Planning", "Recorded", "variants.json")))!.AsArray();

    public static TheoryData<string> Planners { get; } = [.. Sets[0]!["plans"]!.AsObject().Select(static p => p.Key)];

    [Theory]
    [MemberData(nameof(Planners))]
    public void CreatePlan_OfEveryRecordedSet_EqualsTheOriginal(string name)
    {
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(name);

        Assert.All(Sets, set =>
        {
            JsonObject expected = set!["plans"]![name]!.AsObject();
            Plan plan = planner.CreatePlan(set["fingerprint"].Deserialize<DatasetFingerprint>(ProductJson.Options)!);
            GoldenPlans.AssertEqual(expected, plan);
            Assert.Equal(Path.ChangeExtension((string?)expected["file"], ".json"), planner.PlansFileName);
        });
    }

    [Fact]
    public void TheRecordedFile_HoldsEveryPlannerOfTheOriginal() => Assert.Equal(19, Planners.Count);
}
