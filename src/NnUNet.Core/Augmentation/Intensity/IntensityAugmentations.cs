namespace NnUNet.Core.Augmentation.Intensity;

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

    /// <summary>Those of nnUNetTrainer, which nnUNetTrainerV2 replaced: gamma alone.</summary>
    /// <param name="channels">Number of image channels.</param>
    /// <remarks>Source: nnunet/training/data_augmentation/default_data_augmentation.py, get_default_augmentation.</remarks>
    public static IReadOnlyList<PatchAugmentation> FirstGeneration(int channels) => [new GammaAugmentation(channels, inverted: false)];

    /// <summary>Those of nnUNetTrainerV2_DA2: the standard ones with additive brightness.</summary>
    /// <inheritdoc cref="Standard"/>
    public static IReadOnlyList<PatchAugmentation> WithAdditiveBrightness(int channels, bool sliceWise)
    {
        List<PatchAugmentation> steps = [.. Standard(channels, sliceWise)];
        steps.Insert(steps.FindIndex(static s => s is BrightnessAugmentation) + 1, new AdditiveBrightnessAugmentation(channels));
        return steps;
    }

    /// <summary>Those of nnUNetTrainerV2_insaneDA and _DA3: the standard ones with wider ranges.</summary>
    /// <param name="channels">Number of image channels.</param>
    /// <param name="sliceWise">Whether slices are kept apart, as <see cref="AugmentationSettings.SliceWise"/> says for the plan.</param>
    /// <param name="power">The range of both gammas.</param>
    /// <param name="beforeGamma">What comes between the inverted gamma and gamma.</param>
    /// <remarks>Source: nnunet/training/data_augmentation/data_augmentation_insaneDA.py and data_augmentation_insaneDA2.py.</remarks>
    public static IReadOnlyList<PatchAugmentation> Strong(int channels, bool sliceWise, DrawRange power, params ReadOnlySpan<PatchAugmentation> beforeGamma) =>
    [
        new GaussianNoiseAugmentation(channels) { Probability = 0.15 },
        new GaussianBlurAugmentation(channels) { Sigma = new(0.5, 1.5) },
        new BrightnessAugmentation(channels) { Factor = new(0.7, 1.3) },
        new ContrastAugmentation(channels) { Factor = new(0.65, 1.5) },
        new LowResolutionAugmentation(channels, sliceWise),
        new GammaAugmentation(channels, inverted: true) { Probability = 0.15, Power = power },
        .. beforeGamma,
        new GammaAugmentation(channels, inverted: false) { Power = power },
    ];
}
