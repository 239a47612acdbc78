using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>How a training has gone so far: what a recipe's rate and end may depend on.</summary>
/// <remarks>All of it is part of every checkpoint, digit by digit, so that a recipe which decides by it alone decides the same where a training is continued.</remarks>
/// <param name="Epochs">Epochs of the training.</param>
/// <param name="Done">What each complete epoch gave.</param>
public readonly record struct TrainingCourse(int Epochs, ValueArray<EpochRecord> Done)
{
    /// <summary>The epoch that comes next, from 0 on.</summary>
    public int Epoch => Done.Count;

    /// <summary>The moving average of the training loss after each complete epoch; NaN before there is one.</summary>
    public double[] TrainingLossAverages()
    {
        double[] averages = new double[Done.Count];
        double? average = null;
        for (int epoch = 0; epoch < averages.Length; epoch++)
        {
            average = MovingAverage.Next(average, Done[epoch].TrainingLoss, MovingAverage.TrainingLossShare);
            averages[epoch] = average ?? double.NaN;
        }

        return averages;
    }
}
