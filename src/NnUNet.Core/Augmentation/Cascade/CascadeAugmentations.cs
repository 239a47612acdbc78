namespace NnUNet.Core.Augmentation.Cascade;

/// <summary>What is done to the segmentation of the cascade's first stage, behind everything else.</summary>
public static class CascadeAugmentations
{
    /// <summary>What nnUNetTrainerV2CascadeFullRes does: one-hot channels, whose borders and components vary.</summary>
    /// <param name="classes">Number of foreground classes.</param>
    /// <remarks>Source: nnunet/training/data_augmentation/data_augmentation_moreDA.py.</remarks>
    public static IReadOnlyList<PatchAugmentation> Standard(int classes) =>
        [new OneHotAugmentation(classes), new MorphologyAugmentation(classes), new ComponentRemovalAugmentation(classes)];
}
