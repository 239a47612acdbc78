using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>The regions of BraTS with the augmentation and network of nnUNetTrainerV2.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions")]
public sealed class NnUNetTrainerV2BraTSRegions : BraTSRegionsRecipe;
