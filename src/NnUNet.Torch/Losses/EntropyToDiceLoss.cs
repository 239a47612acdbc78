using NnUNet.Foundation;

namespace NnUNet.Torch.Losses;

/// <summary>
/// Cross-entropy that gradually gives way to soft Dice of the foreground: cross-entropy alone up to epoch 501, both up to epoch
/// 750, soft Dice alone from epoch 751 on; the weights of both are 2 in sum.
/// </summary>
/// <remarks>
/// The original sets an epoch's weights when it ends, so that they count one epoch later; this is kept.
/// Source: nnUNet_variants/loss_function/nnUNetTrainerV2_graduallyTransitionFromCEToDice.py, update_loss.
/// </remarks>
[CatalogName("CE_to_DC_loss")]
public sealed class EntropyToDiceLoss : OverlapEntropyLoss
{
    private const double Sum = 2;
    private const int LastOfEntropy = 500;
    private const int Transition = 250;

    /// <summary>The loss of the first epoch.</summary>
    public EntropyToDiceLoss() => StartEpoch(0);

    /// <inheritdoc/>
    public override void StartEpoch(int epoch)
    {
        OverlapWeight = Sum * Math.Clamp((epoch - 1 - LastOfEntropy) / (double)Transition, 0, 1);
        EntropyWeight = Sum - OverlapWeight;
    }
}
