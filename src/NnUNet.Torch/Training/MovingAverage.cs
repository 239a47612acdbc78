namespace NnUNet.Torch.Training;

/// <summary>The moving averages of losses and scores.</summary>
/// <remarks>Source: network_trainer.py, update_train_loss_MA and update_eval_criterion_MA.</remarks>
internal static class MovingAverage
{
    /// <summary>Share of the old value in the moving average of the training loss.</summary>
    public const double TrainingLossShare = 0.93;

    /// <summary>share old + (1 - share) new; the new value where there is no old one, the old one where the new is undefined.</summary>
    public static double? Next(double? old, double value, double share) =>
        double.IsNaN(value) ? old : old is { } before ? (share * before) + ((1 - share) * value) : value;
}
