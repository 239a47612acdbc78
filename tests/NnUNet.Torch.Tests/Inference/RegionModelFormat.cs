using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>Folders with a <c>regions.json</c>: a network of regions, whose logits are averaged and which wants images normalised before they are resampled.</summary>
[CatalogName("test_regions")]
public sealed class RegionModelFormat : ModelFormat
{
    /// <summary>The labels with which the three outputs are painted.</summary>
    public static readonly ValueArray<int> Order = [3, 1, 2];

    /// <inheritdoc/>
    public override string Title => "regions of a test";

    /// <inheritdoc/>
    public override string CheckpointEnding => ModelFolder.CheckpointEnding;

    /// <inheritdoc/>
    public override string PlansFileName => "regions.json";

    /// <inheritdoc/>
    public override bool Recognizes(string folder) => File.Exists(Path.Combine(folder, PlansFileName));

    /// <inheritdoc/>
    public override StoredModel Read(string folder, string? network = null)
    {
        Plan plan = ProductJson.Read<Plan>(Path.Combine(folder, PlansFileName));
        ModelContract contract = PlanContract.Of(plan, 0, plan.Network!);
        return new StoredModel(
            contract with
            {
                Preprocessing = contract.Preprocessing with { Steps = PreprocessingSteps, CoarseAxis = CoarseAxisRule.NetworkFirst },
                Labels = new LabelContract { Foreground = [1, 2, 3], RegionsClassOrder = Order },
                Outputs = new OutputContract(OutputActivation.Sigmoid, AveragedOutput.Logits),
                Tiles = contract.Tiles with { GaussianPeak = 10 },
            },
            "someone",
            []);
    }

    /// <inheritdoc/>
    public override StoredWeights OpenWeights(string checkpoint) => new OwnModelFormat().OpenWeights(checkpoint);

    private static ValueArray<CaseStep> PreprocessingSteps => PreprocessingRecipe.NormalizeFirst;
}
