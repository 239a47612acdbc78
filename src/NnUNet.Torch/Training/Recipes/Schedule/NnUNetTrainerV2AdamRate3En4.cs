using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Adam (AMSGrad), beginning with a rate of 0.0003.</summary>
[CatalogName("nnUNetTrainerV2_Adam_nnUNetTrainerlr")]
public sealed class NnUNetTrainerV2AdamRate3En4 : TrainerRecipe
{
    /// <inheritdoc/>
    public override string Optimizer => "Adam";

    /// <inheritdoc/>
    public override double InitialLearningRate => 3e-4;
}
