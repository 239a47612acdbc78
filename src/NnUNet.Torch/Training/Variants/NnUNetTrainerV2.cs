using NnUNet.Imaging.Foundation;

namespace NnUNet.Torch.Training.Variants;

/// <summary>The original's standard trainer: all defaults.</summary>
[CatalogName("nnUNetTrainerV2")]
public sealed class NnUNetTrainerV2 : TrainerRecipe;
