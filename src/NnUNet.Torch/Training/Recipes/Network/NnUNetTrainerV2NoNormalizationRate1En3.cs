using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Training.Recipes.Network;

/// <summary>No normalisation, beginning with a rate of 0.001.</summary>
[CatalogName("nnUNetTrainerV2_NoNormalization_lr1en3")]
public sealed class NnUNetTrainerV2NoNormalizationRate1En3 : TrainerRecipe
{
    /// <inheritdoc/>
    public override double InitialLearningRate => 1e-3;

    /// <inheritdoc/>
    public override NetworkDescription ChangeNetwork(NetworkDescription network) =>
        GenericUNetArguments.Change(network, static a => a with { Normalization = new() { Name = "Identity" } });
}
