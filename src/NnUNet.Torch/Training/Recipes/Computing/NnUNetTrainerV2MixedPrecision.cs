using NnUNet.Foundation;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training.Recipes.Computing;

/// <summary>nnUNetTrainerV2 that refuses to compute in float32 where its device has something faster.</summary>
/// <remarks>Source: nnUNet_variants/optimizer_and_lr/nnUNetTrainerV2_fp16.py, which takes no other value for mixed precision.</remarks>
[CatalogName("nnUNetTrainerV2_fp16")]
public sealed class NnUNetTrainerV2MixedPrecision : TrainerRecipe
{
    /// <inheritdoc/>
    public override IEnumerable<string> Faults(TrainingOptions options)
    {
        if (options.Precision == ComputePrecision.Float32 && ComputePrecisions.FastestOn(options.Device) != ComputePrecision.Float32)
        {
            yield return $"the trainer {options.Trainer} computes in mixed precision, not in float32";
        }
    }
}
