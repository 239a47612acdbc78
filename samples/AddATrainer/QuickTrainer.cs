using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace AddATrainer;

/// <summary>As nnUNetTrainerV2, but for 100 epochs and with a rate that begins higher.</summary>
[CatalogName("QuickTrainer")]
public sealed class QuickTrainer : TrainerRecipe
{
    /// <inheritdoc/>
    public override int Epochs => 100;

    /// <inheritdoc/>
    public override double InitialLearningRate => 0.02;
}
