using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>Adam (AMSGrad), beginning with a rate of 0.0003 that falls to a fifth each time the training loss has stopped falling; the training ends when it falls no more.</summary>
[CatalogName("nnUNetTrainerV2_Adam_ReduceOnPlateau")]
public sealed class NnUNetTrainerV2AdamPlateau : PlateauTrainer
{
    /// <inheritdoc/>
    public override string Optimizer => "Adam";

    /// <inheritdoc/>
    public override double InitialLearningRate => 3e-4;
}
