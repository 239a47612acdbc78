using NnUNet.Core.Augmentation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace AddATrainer;

/// <summary>Trains a network of our own with a loss of our own, and adds an augmentation of our own to the standard ones.</summary>
[CatalogName("MyTrainer")]
public sealed class MyTrainer : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 100;

    /// <inheritdoc/>
    public override string Network => "TwoLevelNetwork";

    /// <inheritdoc/>
    public override string Loss => "TverskyLoss";

    /// <inheritdoc/>
    public override AugmentationPipeline CreateAugmentation(Plan plan, AugmentationSettings settings)
    {
        AugmentationPipeline standard = base.CreateAugmentation(plan, settings);
        return new AugmentationPipeline(standard.Spatial, [new ShadingAugmentation(plan.NumModalities), .. standard.Steps]);
    }
}
