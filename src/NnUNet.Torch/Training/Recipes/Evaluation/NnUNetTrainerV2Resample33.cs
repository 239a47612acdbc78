using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training.Recipes.Evaluation;

/// <summary>Probabilities are brought back to the image's grid by cubic splines along all axes, in the validation, for the cascade and in prediction.</summary>
/// <remarks>
/// The model's plan says so, which this program and the original predict by. In the original the trainer's own function for single
/// images resamples like this; its commands do not use that function.
/// Source: nnUNet_variants/resampling/nnUNetTrainerV2_resample33.py, preprocess_predict_nifti.
/// </remarks>
[CatalogName("nnUNetTrainerV2_resample33")]
public sealed class NnUNetTrainerV2Resample33 : TrainerRecipe
{
    /// <inheritdoc/>
    public override Plan PlanFor(Plan plan) => OutputResampling.Into(plan, new ResamplingRule { Order = 3, OrderZ = 3, ForceSeparateZ = false });
}
