using NnUNet.Foundation;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>50 epochs more, in which the rate rises evenly to its first value.</summary>
/// <remarks>As in the original, the first two epochs have the same rate, and the fall afterwards is as long as the whole training.</remarks>
[CatalogName("nnUNetTrainerV2_warmup")]
public sealed class NnUNetTrainerV2Warmup : TrainerRecipe
{
    private const int WarmUp = 50;

    /// <inheritdoc/>
    public override int Epochs => 1000 + WarmUp;

    /// <inheritdoc/>
    public override double LearningRate(int epoch, int epochs) => epoch <= WarmUp
        ? InitialLearningRate * Math.Max(1, epoch) / WarmUp
        : new PolyLearningRate(InitialLearningRate, epochs).At(epoch - WarmUp);
}
