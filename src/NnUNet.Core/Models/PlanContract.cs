using NnUNet.Core.Planning;
using NnUNet.Core.Postprocessing;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>The contract of a model that is, or was, trained by a plan of nnU-Net v1.</summary>
public static class PlanContract
{
    /// <summary>What a plan's stage and a network promise.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The plan's stage.</param>
    /// <param name="network">The network.</param>
    /// <param name="postprocessing">What is removed from each segmentation; null for nothing.</param>
    /// <exception cref="DescribedException">The plan has no such stage or preprocessor, or says something that is not possible.</exception>
    public static ModelContract Of(Plan plan, int stage, NetworkDescription network, PostprocessingDecision? postprocessing = null)
    {
        ConfigurationPlan configuration = plan.PlansPerStage[stage];
        LabelContract labels = LabelsOf(plan);
        return new ModelContract
        {
            Preprocessing = CasePreprocessor.RecipeOf(plan, stage),
            Labels = labels,
            Outputs = labels.HasRegions ? OutputContract.V1Regions : OutputContract.V1,
            Tiles = new TileContract(configuration.PatchSize),
            Network = network,
            PreviousStage = network.PreviousStage ? PreviousStageOf(plan) : null,
            Postprocessing = postprocessing,
            BaseFeatures = plan.BaseNumFeatures,
            MedianShape = configuration.MedianPatientSizeInVoxels,
        };
    }

    /// <summary>The labels of a plan's segmentations, of which a network's number of outputs follows.</summary>
    public static LabelContract LabelsOf(Plan plan) => new()
    {
        Foreground = plan.AllClasses,
        Names = plan.LabelNames is { } names ? names.Select(static n => new LabelName(n.Key, n.Value)).ToValueArray() : [],
        Regions = plan.Regions,
        RegionsClassOrder = plan.RegionsClassOrder,
    };

    /// <summary>What the second stage of a plan's cascade sees of the first one's segmentation: its labels, also where they were painted from regions.</summary>
    /// <remarks>As nnU-Net v2 does with regions; no trainer of v1 has both.</remarks>
    public static PreviousStageContract PreviousStageOf(Plan plan) => new() { Labels = [.. Enumerable.Range(1, plan.NumClasses)] };
}
