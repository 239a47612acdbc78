using NnUNet.Foundation;
using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>100 epochs more, in which the rate rises evenly to 0.001 and falls again.</summary>
[CatalogName("nnUNetTrainerV2_cycleAtEnd")]
public sealed class NnUNetTrainerV2CycleAtEnd : TrainerRecipe
{
    private static readonly TriangularLearningRate Cycle = new(Low: 1e-6, High: 1e-3, Epochs: 100);

    /// <inheritdoc/>
    public override int Epochs => 1000 + Cycle.Epochs;

    /// <inheritdoc/>
    public override double LearningRate(int epoch, int epochs) => epoch < 1000 ? base.LearningRate(epoch, 1000) : Cycle.At(epoch);
}
