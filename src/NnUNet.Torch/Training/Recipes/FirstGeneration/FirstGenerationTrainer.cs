using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Training.Recipes.Schedule;

namespace NnUNet.Torch.Training.Recipes.FirstGeneration;

/// <summary>
/// What the first generation's trainers share: the same network, whose output of full resolution counts alone; Adam (AMSGrad)
/// with a rate of 0.0003 that falls when the loss does not; no limit of the gradients; fewer and weaker augmentations with
/// elastic deformation.
/// </summary>
/// <remarks>Source: nnunet/training/network_training/nnUNetTrainer.py and network_trainer.py.</remarks>
public abstract class FirstGenerationTrainer : PlateauTrainer
{
    /// <inheritdoc/>
    public override string Optimizer => "Adam";

    /// <inheritdoc/>
    public override double InitialLearningRate => 3e-4;

    /// <inheritdoc/>
    public override double MaxGradientNorm => double.PositiveInfinity;

    /// <inheritdoc/>
    protected override int FirstJudged => 0;

    /// <inheritdoc/>
    public override ValueArray<double> OutputWeights(int outputs) => DeepSupervisionLoss.FullResolutionOnly(outputs);

    /// <inheritdoc/>
    public override AugmentationSettings AugmentationFor(ConfigurationPlan plan) => AugmentationSettings.FirstGeneration(plan);

    /// <inheritdoc/>
    public override IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) => IntensityAugmentations.FirstGeneration(channels);
}
