using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes;

/// <summary>The original's standard trainer: all defaults.</summary>
[CatalogName("nnUNetTrainerV2")]
[CatalogName("nnUNetTrainerV2_copy1")]
[CatalogName("nnUNetTrainerV2_copy2")]
[CatalogName("nnUNetTrainerV2_copy3")]
[CatalogName("nnUNetTrainerV2_copy4")]
public sealed class NnUNetTrainerV2 : TrainerRecipe;
