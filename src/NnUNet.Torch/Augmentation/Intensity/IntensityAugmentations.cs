namespace NnUNet.Torch.Augmentation.Intensity;

/// <summary>The changes of intensity in the original's order.</summary>
public static class IntensityAugmentations
{
    /// <summary>Those of nnUNetTrainerV2, between rotation and mirroring.</summary>
    /// <param name="channels">Number of image channels.</param>
    /// <param name="sliceWise">Whether slices are kept apart, as <see cref="AugmentationSettings.SliceWise"/> says for the plan.</param>
    /// <remarks>Source: nnunet/training/data_augmentation/data_augmentation_moreDA.py.</remarks>
    public static IReadOnlyList<PatchAugmentation> Standard(int channels, bool sliceWise) =>
    [
        new GaussianNoiseAugmentation(channels),
        new GaussianBlurAugmentation(channels),
        new BrightnessAugmentation(channels),
        new ContrastAugmentation(channels),
        new LowResolutionAugmentation(channels, sliceWise),
        new GammaAugmentation(channels, inverted: true),
        new GammaAugmentation(channels, inverted: false),
    ];
}
