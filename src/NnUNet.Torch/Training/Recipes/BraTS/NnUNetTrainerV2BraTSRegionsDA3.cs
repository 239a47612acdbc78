using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.BraTS;

/// <summary>The augmentation of nnUNetTrainerV2_DA3.</summary>
/// <remarks>Source: nnunet/training/network_training/competitions_with_custom_Trainers/BraTS2020/nnUNetTrainerV2BraTSRegions_moreDA.py.</remarks>
[CatalogName("nnUNetTrainerV2BraTSRegions_DA3")]
public sealed class NnUNetTrainerV2BraTSRegionsDA3 : BraTSStrongRecipe;
