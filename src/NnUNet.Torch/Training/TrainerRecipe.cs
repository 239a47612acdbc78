using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Cascade;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training;

/// <summary>
/// What a training is made of: lengths, rate, optimiser, network, loss and augmentation. A recipe is one sealed subclass
/// with <see cref="CatalogNameAttribute"/> and a parameterless constructor that overrides what differs; the training loop is
/// the same for all.
/// </summary>
/// <remarks>
/// The defaults are those of nnUNetTrainerV2 (nnunet/training/network_training/nnUNetTrainerV2.py). What a recipe decided
/// for one training is written down as <see cref="TrainingSettings"/>.
/// </remarks>
public abstract class TrainerRecipe
{
    /// <summary>The command that lists all of them, for messages.</summary>
    internal const string Listing = "nnunet trainers";

    /// <summary>Epochs where the user gives none.</summary>
    /// <value>1000.</value>
    public virtual int Epochs => 1000;

    /// <summary>Training iterations of an epoch where the user gives none.</summary>
    /// <value>250.</value>
    public virtual int IterationsPerEpoch => 250;

    /// <summary>Learning rate of the first epoch.</summary>
    /// <value>0.01.</value>
    public virtual double InitialLearningRate => 1e-2;

    /// <summary>The momentum factor.</summary>
    /// <value>0.99.</value>
    public virtual double Momentum => 0.99;

    /// <summary>Share of a weight that is added to its gradient.</summary>
    /// <value>3e-5.</value>
    public virtual double WeightDecay => 3e-5;

    /// <summary>Largest total norm of all gradients; infinity limits nothing.</summary>
    /// <value>12.</value>
    public virtual double MaxGradientNorm => 12;

    /// <summary>The optimiser's name in the catalogue.</summary>
    /// <value>SGD.</value>
    public virtual string Optimizer => "SGD";

    /// <summary>
    /// The epoch, from 0 on, at whose end a training that found nothing yet (its validation Dice is exactly 0) is restarted with
    /// other weights and <see cref="RescueMomentum"/>.
    /// </summary>
    /// <value>100; null never.</value>
    /// <remarks>Source: nnUNetTrainerV2.py, on_epoch_end.</remarks>
    public virtual int? RescueEpoch => 100;

    /// <summary>The momentum factor after the rescue.</summary>
    /// <value>0.95.</value>
    public virtual double RescueMomentum => 0.95;

    /// <summary>Share of a batch, at its end, whose patches are certain to contain foreground.</summary>
    /// <value>0.33.</value>
    public virtual double ForegroundShare => 0.33;

    /// <summary>Share of the old value in the moving average of the validation Dice, by which the best checkpoint is chosen.</summary>
    /// <value>0.9.</value>
    public virtual double ValidationAverage => 0.9;

    /// <summary>The network's name in the catalogue.</summary>
    /// <value>Generic_UNet.</value>
    public virtual string Network => "Generic_UNet";

    /// <summary>The loss's name in the catalogue.</summary>
    /// <value>DC_and_CE_loss.</value>
    public virtual string Loss => "DC_and_CE_loss";

    /// <summary>Whether the network takes the low resolution's segmentation as further input channels: the second stage of the cascade.</summary>
    /// <value>False.</value>
    public virtual bool UsesPreviousStage => false;

    /// <summary>The recipe of the low resolution whose segmentations the cascade's second stage sees.</summary>
    /// <value>nnUNetTrainerV2.</value>
    public virtual string PreviousTrainer => Configuration.LowResolution.DefaultTrainer;

    /// <summary>The only element type in which this trainer's convolutions compute.</summary>
    /// <value>Null: the user's choice, else the fastest of the device.</value>
    public virtual ComputePrecision? Precision => null;

    /// <summary>Whether all batches are one batch of random numbers, so that a training measures the network alone.</summary>
    /// <value>False.</value>
    public virtual bool RepeatsOneRandomBatch => false;

    /// <summary>
    /// The structures whose mean Dice on the whole images of the validation cases, predicted at the end of each epoch without
    /// mirroring, is that epoch's Dice.
    /// </summary>
    /// <value>None: an epoch's Dice is that of the classes in its validation batches.</value>
    public virtual ValueArray<EvaluationLabel> WholeImageStructures => [];

    /// <summary>The recipe by which a configuration is trained, where that is another one in 2D than in 3D.</summary>
    /// <returns>By default this one.</returns>
    public virtual TrainerRecipe For(ConfigurationPlan plan) => this;

    /// <summary>The plan that the training and its model follow.</summary>
    /// <param name="plan">The plan of the data set; must not be changed itself.</param>
    /// <returns>By default the same.</returns>
    /// <exception cref="DescribedException">This trainer cannot train by the plan.</exception>
    public virtual Plan PlanFor(Plan plan) => plan;

    /// <summary>What of the user's options this trainer cannot do, each in one sentence; empty when there is nothing.</summary>
    public virtual IEnumerable<string> Faults(TrainingOptions options)
    {
        if (Precision is { } only && options.Precision is { } asked && asked != only) yield return $"the trainer {options.Trainer} computes in {only.Name()}, not in {asked.Name()}";
    }

    /// <summary>Validation iterations of an epoch.</summary>
    /// <param name="iterations">Training iterations of an epoch.</param>
    /// <returns>A fifth of the training iterations, at least 1.</returns>
    public virtual int ValidationIterations(int iterations) => Math.Max(1, iterations / 5);

    /// <summary>The learning rate of an epoch.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    /// <param name="epochs">Epochs of the training.</param>
    public virtual double LearningRate(int epoch, int epochs) => new PolyLearningRate(InitialLearningRate, epochs).At(epoch);

    /// <summary>The learning rate of the next epoch, where it depends on those before.</summary>
    /// <param name="course">What the training gave so far. Nothing else may decide, so that a continued training cannot differ.</param>
    /// <returns>By default <see cref="LearningRate"/>, which the epoch alone decides.</returns>
    public virtual double LearningRateAfter(TrainingCourse course) => LearningRate(course.Epoch, course.Epochs);

    /// <summary>Why a training ends before its last epoch.</summary>
    /// <param name="course">What the training gave so far. Nothing else may decide, so that a continued training cannot differ.</param>
    /// <returns>The reason as half a sentence; by default null: it goes on.</returns>
    public virtual string? EndsAfter(TrainingCourse course) => null;

    /// <summary>The momentum factor of an epoch, unless the training was rescued.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    /// <param name="epochs">Epochs of the training.</param>
    /// <returns><see cref="Momentum"/>.</returns>
    public virtual double MomentumAt(int epoch, int epochs) => Momentum;

    /// <summary>The optimiser; momentum, weight decay and largest norm are set by the training.</summary>
    /// <exception cref="CatalogException">There is no optimiser of the name in <see cref="Optimizer"/>.</exception>
    public virtual WeightOptimizer CreateOptimizer() => Catalog<WeightOptimizer>.Create(Optimizer);

    /// <summary>Weights of the losses of the network's outputs, full resolution first.</summary>
    public virtual ValueArray<double> OutputWeights(int outputs) => DeepSupervisionLoss.DefaultWeights(outputs);

    /// <summary>Whether the Dice loss takes a whole batch as one image.</summary>
    /// <param name="standard">What the original does for the configuration.</param>
    /// <returns><paramref name="standard"/>.</returns>
    public virtual bool BatchDice(bool standard) => standard;

    /// <summary>Ranges, mirror axes and patch sizes of the augmentation.</summary>
    public virtual AugmentationSettings AugmentationFor(ConfigurationPlan plan) => AugmentationSettings.ForPlan(plan);

    /// <summary>The augmentation of every training sample.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">What <see cref="AugmentationFor"/> decided.</param>
    public virtual AugmentationPipeline CreateAugmentation(Plan plan, AugmentationSettings settings) => new(
        new SpatialAugmentation(settings.Patch, settings.Spatial, settings.SliceWise),
        [
            .. CreateIntensityAugmentations(plan.NumModalities, settings.SliceWise),
            new MirrorAugmentation(settings.MirrorAxes.ToArray()),
            new OutsideMaskAugmentation(plan.UseMaskForNorm),
        ]);

    /// <summary>The intensity augmentations, which come between the spatial augmentation and mirroring.</summary>
    /// <param name="channels">Number of image channels.</param>
    /// <param name="sliceWise">Whether slices are kept apart.</param>
    public virtual IReadOnlyList<PatchAugmentation> CreateIntensityAugmentations(int channels, bool sliceWise) => IntensityAugmentations.Standard(channels, sliceWise);

    /// <summary>The augmentation of the previous stage's segmentation, after all steps of <see cref="CreateAugmentation"/>.</summary>
    /// <param name="classes">Number of foreground classes.</param>
    /// <returns>Steps of which the first one makes the one-hot channels.</returns>
    public virtual IReadOnlyList<PatchAugmentation> CreatePreviousStageAugmentation(int classes) => CascadeAugmentations.Standard(classes);

    /// <summary>The network for a stage of a plan, with the axes along which inference may mirror its input.</summary>
    /// <exception cref="CatalogException">There is no network of the name in <see cref="Network"/>.</exception>
    public virtual NetworkDescription DescribeNetwork(Plan plan, int stage)
    {
        ConfigurationPlan configuration = plan.PlansPerStage[stage];
        int firstAxis = configuration.Is2D ? 1 : 0;
        return ChangeNetwork(Catalog<NetworkFactory>.Create(Network).Describe(plan, stage, UsesPreviousStage ? PlanContract.PreviousStageOf(plan).Labels.Count : 0)) with
        {
            PreviousStage = UsesPreviousStage,
            MirrorAxes = AugmentationFor(configuration).MirrorAxes.Select(a => a - firstAxis).ToValueArray(),
        };
    }

    /// <summary>Changes the network that follows from the plan, such as its norm or nonlinearity.</summary>
    /// <param name="network">The network that <see cref="Network"/> describes for the plan.</param>
    /// <returns>The changed description; by default the same.</returns>
    public virtual NetworkDescription ChangeNetwork(NetworkDescription network) => network;
}
