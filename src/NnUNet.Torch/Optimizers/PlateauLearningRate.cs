namespace NnUNet.Torch.Optimizers;

/// <summary>A learning rate that falls each time a measure, such as a loss, has stopped falling.</summary>
/// <param name="Initial">The rate of the beginning.</param>
/// <param name="Factor">With what it is multiplied.</param>
/// <param name="Patience">Measures in a row, without an improvement, that are borne; the next one lowers the rate.</param>
/// <param name="Threshold">By how much a measure must be below the best one to be an improvement.</param>
/// <remarks>As torch.optim.lr_scheduler.ReduceLROnPlateau(mode="min", threshold_mode="abs"), with its smallest change of 1e-8.</remarks>
public readonly record struct PlateauLearningRate(double Initial, double Factor, int Patience, double Threshold)
{
    private const double SmallestChange = 1e-8;

    /// <summary>The rate after each measure.</summary>
    /// <param name="measures">All measures so far, in their order.</param>
    /// <returns>As many rates.</returns>
    public double[] After(IReadOnlyList<double> measures)
    {
        double[] rates = new double[measures.Count];
        double rate = Initial;
        double best = double.PositiveInfinity;
        int borne = 0;
        for (int i = 0; i < rates.Length; i++)
        {
            bool improved = measures[i] < best - Threshold;
            if (improved) best = measures[i];
            borne = improved ? 0 : borne + 1;
            if (borne > Patience)
            {
                double lower = rate * Factor;
                if (rate - lower > SmallestChange) rate = lower;
                borne = 0;
            }

            rates[i] = rate;
        }

        return rates;
    }
}
