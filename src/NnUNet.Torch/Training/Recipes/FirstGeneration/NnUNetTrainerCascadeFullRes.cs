using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.FirstGeneration;

/// <summary>The first generation's second stage of the cascade, behind nnUNetTrainer.</summary>
/// <remarks>The original makes no optimiser for it, so that it cannot be trained there. Source: nnUNetTrainerCascadeFullRes.py.</remarks>
[CatalogName("nnUNetTrainerCascadeFullRes")]
public sealed class NnUNetTrainerCascadeFullRes : FirstGenerationTrainer
{
    /// <inheritdoc/>
    public override bool UsesPreviousStage => true;

    /// <inheritdoc/>
    public override string PreviousTrainer => "nnUNetTrainer";
}
