namespace NnUNet.Testing;

/// <summary>The names of all trainers of the original.</summary>
/// <remarks>The classes, and the copies of classes, below nnunet/training/network_training of nnU-Net 1.6.6.</remarks>
public static class OriginalTrainers
{
    /// <summary>125 names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "nnUNetTrainer", "nnUNetTrainerCE", "nnUNetTrainerCascadeFullRes", "nnUNetTrainerNoDA", "nnUNetTrainerV2", "nnUNetTrainerV2BraTSRegions",
        "nnUNetTrainerV2BraTSRegions_BN", "nnUNetTrainerV2BraTSRegions_DA3", "nnUNetTrainerV2BraTSRegions_DA3_BD", "nnUNetTrainerV2BraTSRegions_DA3_BN",
        "nnUNetTrainerV2BraTSRegions_DA3_BN_BD", "nnUNetTrainerV2BraTSRegions_DA4_BN", "nnUNetTrainerV2BraTSRegions_DA4_BN_BD", "nnUNetTrainerV2BraTSRegions_DDP",
        "nnUNetTrainerV2BraTSRegions_Dice", "nnUNetTrainerV2CascadeFullRes", "nnUNetTrainerV2CascadeFullRes_EducatedGuess",
        "nnUNetTrainerV2CascadeFullRes_EducatedGuess2", "nnUNetTrainerV2CascadeFullRes_EducatedGuess3", "nnUNetTrainerV2CascadeFullRes_lowerLR",
        "nnUNetTrainerV2CascadeFullRes_noConnComp", "nnUNetTrainerV2CascadeFullRes_shorter", "nnUNetTrainerV2CascadeFullRes_shorter_lowerLR",
        "nnUNetTrainerV2CascadeFullRes_smallerBinStrel", "nnUNetTrainerV2_2epochs", "nnUNetTrainerV2_3ConvPerStage", "nnUNetTrainerV2_3ConvPerStageSameFilters",
        "nnUNetTrainerV2_5epochs", "nnUNetTrainerV2_5epochs_CEnoDS", "nnUNetTrainerV2_5epochs_dummyLoad", "nnUNetTrainerV2_5epochs_dummyLoadCEnoDS",
        "nnUNetTrainerV2_5epochs_noDS", "nnUNetTrainerV2_Adam", "nnUNetTrainerV2_Adam_ReduceOnPlateau", "nnUNetTrainerV2_Adam_copy1", "nnUNetTrainerV2_Adam_copy2",
        "nnUNetTrainerV2_Adam_copy3", "nnUNetTrainerV2_Adam_copy4", "nnUNetTrainerV2_Adam_nnUNetTrainerlr", "nnUNetTrainerV2_BN", "nnUNetTrainerV2_BN_copy1",
        "nnUNetTrainerV2_BN_copy2", "nnUNetTrainerV2_BN_copy3", "nnUNetTrainerV2_BN_copy4", "nnUNetTrainerV2_DA2", "nnUNetTrainerV2_DA3", "nnUNetTrainerV2_DA3_BN",
        "nnUNetTrainerV2_DDP", "nnUNetTrainerV2_DDP_5epochs", "nnUNetTrainerV2_DDP_5epochs_dummyLoad", "nnUNetTrainerV2_DP", "nnUNetTrainerV2_FRN",
        "nnUNetTrainerV2_ForceBD", "nnUNetTrainerV2_ForceSD", "nnUNetTrainerV2_GN", "nnUNetTrainerV2_GeLU", "nnUNetTrainerV2_LReLU_slope_2en1",
        "nnUNetTrainerV2_Loss_CE", "nnUNetTrainerV2_Loss_CEGDL", "nnUNetTrainerV2_Loss_Dice", "nnUNetTrainerV2_Loss_DiceTopK10", "nnUNetTrainerV2_Loss_Dice_LR1en3",
        "nnUNetTrainerV2_Loss_Dice_squared", "nnUNetTrainerV2_Loss_DicewithBG", "nnUNetTrainerV2_Loss_DicewithBG_LR1en3", "nnUNetTrainerV2_Loss_MCC",
        "nnUNetTrainerV2_Loss_MCCnoBG", "nnUNetTrainerV2_Loss_TopK10", "nnUNetTrainerV2_Loss_TopK10_copy1", "nnUNetTrainerV2_Loss_TopK10_copy2",
        "nnUNetTrainerV2_Loss_TopK10_copy3", "nnUNetTrainerV2_Loss_TopK10_copy4", "nnUNetTrainerV2_MMS", "nnUNetTrainerV2_Mish", "nnUNetTrainerV2_NoNormalization",
        "nnUNetTrainerV2_NoNormalization_lr1en3", "nnUNetTrainerV2_Ranger_lr1en2", "nnUNetTrainerV2_Ranger_lr3en3", "nnUNetTrainerV2_Ranger_lr3en4",
        "nnUNetTrainerV2_ReLU", "nnUNetTrainerV2_ReLU_biasInSegOutput", "nnUNetTrainerV2_ReLU_convReLUIN", "nnUNetTrainerV2_ResencUNet",
        "nnUNetTrainerV2_ResencUNet_copy1", "nnUNetTrainerV2_ResencUNet_copy2", "nnUNetTrainerV2_ResencUNet_copy3", "nnUNetTrainerV2_ResencUNet_copy4",
        "nnUNetTrainerV2_SGD_ReduceOnPlateau", "nnUNetTrainerV2_SGD_fixedSchedule", "nnUNetTrainerV2_SGD_fixedSchedule2", "nnUNetTrainerV2_SGD_lr1en1",
        "nnUNetTrainerV2_SGD_lr1en3", "nnUNetTrainerV2_allConv3x3", "nnUNetTrainerV2_copy1", "nnUNetTrainerV2_copy2", "nnUNetTrainerV2_copy3", "nnUNetTrainerV2_copy4",
        "nnUNetTrainerV2_cycleAtEnd", "nnUNetTrainerV2_cycleAtEnd2", "nnUNetTrainerV2_ep250", "nnUNetTrainerV2_ep500", "nnUNetTrainerV2_focalLoss",
        "nnUNetTrainerV2_fp16", "nnUNetTrainerV2_fp32", "nnUNetTrainerV2_fullEvals", "nnUNetTrainerV2_graduallyTransitionFromCEToDice",
        "nnUNetTrainerV2_independentScalePerAxis", "nnUNetTrainerV2_insaneDA", "nnUNetTrainerV2_lReLU_biasInSegOutput", "nnUNetTrainerV2_lReLU_convReLUIN",
        "nnUNetTrainerV2_momentum09", "nnUNetTrainerV2_momentum095", "nnUNetTrainerV2_momentum098", "nnUNetTrainerV2_momentum09in2D",
        "nnUNetTrainerV2_noDataAugmentation", "nnUNetTrainerV2_noDataAugmentation_copy1", "nnUNetTrainerV2_noDataAugmentation_copy2",
        "nnUNetTrainerV2_noDataAugmentation_copy3", "nnUNetTrainerV2_noDataAugmentation_copy4", "nnUNetTrainerV2_noDeepSupervision", "nnUNetTrainerV2_noMirroring",
        "nnUNetTrainerV2_reduceMomentumDuringTraining", "nnUNetTrainerV2_resample33", "nnUNetTrainerV2_softDeepSupervision", "nnUNetTrainerV2_warmup",
    ];
}
