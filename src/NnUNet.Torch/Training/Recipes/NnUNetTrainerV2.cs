using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes;

/// <summary>The original's standard trainer: all defaults.</summary>
/// <remarks>On how many devices a training runs is not the trainer's affair here, so that those for several are the same.</remarks>
[CatalogName("nnUNetTrainerV2")]
[CatalogName("nnUNetTrainerV2_copy1")]
[CatalogName("nnUNetTrainerV2_copy2")]
[CatalogName("nnUNetTrainerV2_copy3")]
[CatalogName("nnUNetTrainerV2_copy4")]
[CatalogName("nnUNetTrainerV2_DP")]
[CatalogName("nnUNetTrainerV2_DDP")]
public sealed class NnUNetTrainerV2 : TrainerRecipe;
