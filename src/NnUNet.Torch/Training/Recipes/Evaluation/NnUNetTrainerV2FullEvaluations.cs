using System.Globalization;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Evaluation;

/// <summary>
/// For the BraTS challenge: after each epoch the whole images of the validation cases are predicted, and the training ends as soon
/// as the mean Dice of the whole tumour, its core and its enhancing part is 97 % of what a full training reaches.
/// </summary>
/// <remarks>Source: nnUNet_variants/miscellaneous/nnUNetTrainerV2_fullEvals.py.</remarks>
[CatalogName("nnUNetTrainerV2_fullEvals")]
public sealed class NnUNetTrainerV2FullEvaluations : TrainerRecipe
{
    /// <summary>Whole tumour, core and enhancing part as a full nnU-Net segments them.</summary>
    private static readonly double[] FullTraining = [0.911, 0.8739, 0.7848];

    private static readonly double Target = 0.97 * FullTraining.Average();

    /// <inheritdoc/>
    public override ValueArray<EvaluationLabel> WholeImageStructures => LabelRegions.BraTS.Regions.Select(static r => new EvaluationLabel(r.Name, r.Labels)).ToValueArray();

    /// <summary>Validation iterations of an epoch: none, since whole images are predicted.</summary>
    /// <param name="iterations">Without effect.</param>
    public override int ValidationIterations(int iterations) => 0;

    /// <inheritdoc/>
    public override Plan PlanFor(Plan plan) => plan.AllClasses == new ValueArray<int>([1, 2, 3])
        ? plan
        : throw new DescribedException(
            "nnUNetTrainerV2_fullEvals",
            $"it scores the regions of the BraTS challenge, made of the labels 1, 2 and 3, but the labels of this task are {string.Join(", ", plan.AllClasses)}",
            "train with nnUNetTrainerV2");

    /// <inheritdoc/>
    public override string? EndsAfter(TrainingCourse course) => course.Done is [.., var last] && last.DicePerClass.All(double.IsFinite) && last.Dice >= Target // a region that no image has is no success
        ? string.Create(CultureInfo.InvariantCulture, $"the mean Dice of the regions, {last.Dice:0.0000}, has reached the target of {Target:0.0000}")
        : null;
}
