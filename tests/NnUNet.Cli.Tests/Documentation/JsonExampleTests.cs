using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Cli.Tests.Documentation;

/// <summary>What the pages show as JSON is what the program reads.</summary>
public sealed class JsonExampleTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<string> PlanKeys => [.. KeysOf<Plan>().Concat(KeysOf<ConfigurationPlan>())];

    public static TheoryData<string> Planners => [.. Catalog<ExperimentPlanner>.Names];

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void TheExampleOfADatasetJson_IsReadWithoutAnUnknownKeyThatMatters()
    {
        // Given
        File.WriteAllText(_file, Pages.JsonBlock("docs/datasets.md", "\"modality\""));

        // When
        DatasetDescription description = DatasetDescription.Read(_file);

        // Then
        Assert.Equal(["T2", "ADC"], description.ChannelNames);
        Assert.Equal([1, 2], description.ForegroundLabels);
        Assert.Equal(["prostate_16", "prostate_04"], description.Training.Select(static t => t.CaseId));
        Assert.Equal(["description", "licence", "numTest", "numTraining", "reference", "release", "tensorImageSize"], description.Unknown.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheExampleOfSplits_IsRead()
    {
        // Given
        File.WriteAllText(_file, Pages.JsonBlock("docs/research.md", "\"train\""));

        // When
        IReadOnlyList<Fold> folds = Folds.Read(_file);

        // Then
        Assert.Equal(["c1", "b1", "a1"], folds.Select(static f => f.Val[0]));
    }

    [Fact]
    public void TheExampleOfAStage_HasTheKeysOfAPlanAndNoOthers()
    {
        // Given
        JsonNode stage = JsonNode.Parse(Pages.JsonBlock("docs/plans.md", "\"plans_per_stage\""))!["plans_per_stage"]!["0"]!;

        // When
        ConfigurationPlan plan = stage.Deserialize<ConfigurationPlan>(ProductJson.Options)!;

        // Then
        Assert.Empty(plan.Unknown);
        Assert.Equal([40, 56, 40], plan.PatchSize);
        Assert.Equal(plan.PoolOpKernelSizes.Count + 1, plan.ConvKernelSizes.Count);
    }

    [Theory]
    [MemberData(nameof(PlanKeys))]
    public void EveryKeyOfAPlan_IsExplained(string key) => Assert.Contains($"`{key}`", Pages.All["docs/plans.md"], StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Planners))]
    public void EveryPlanner_IsNamed(string planner) => Assert.Contains($"`{planner}`", Pages.All["docs/plans.md"], StringComparison.Ordinal);

    private static IEnumerable<string> KeysOf<T>() => JsonSerializerOptions.Default.GetTypeInfo(typeof(T)).Properties
        .Where(static p => !p.IsExtensionData && p.Get is not null).Select(static p => p.Name);
}
