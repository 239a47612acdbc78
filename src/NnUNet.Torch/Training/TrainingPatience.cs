namespace NnUNet.Torch.Training;

/// <summary>When a training whose loss falls no more has ended: after 50 epochs without an improvement, unless the rate is high still.</summary>
/// <remarks>Source: network_trainer.py, manage_patience.</remarks>
internal static class TrainingPatience
{
    private const int Epochs = 50;
    private const double Improvement = 5e-4;
    private const double LowestRate = 1e-6;

    /// <summary>Whether it has ended.</summary>
    /// <param name="losses">The moving average of the training loss after each epoch.</param>
    /// <param name="rates">The rate that each epoch was followed by.</param>
    public static bool IsOver(IReadOnlyList<double> losses, IReadOnlyList<double> rates)
    {
        double best = double.PositiveInfinity;
        int since = 0;
        for (int epoch = 0; epoch < losses.Count; epoch++)
        {
            if (losses[epoch] + Improvement < best) (best, since) = (losses[epoch], epoch);
            if (epoch - since <= Epochs) continue;
            if (rates[epoch] <= LowestRate) return true;

            // It may fall again at the lower rate: half of the patience once more.
            since = epoch - (Epochs / 2);
        }

        return false;
    }
}
