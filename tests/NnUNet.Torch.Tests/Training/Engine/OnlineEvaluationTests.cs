using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training.Engine;

public sealed class OnlineEvaluationTests
{
    [Fact]
    public void Dice_IsPooledOverAllBatches()
    {
        OnlineEvaluation evaluation = new(3, new TrainingState());

        evaluation.Add([0, 1, 1, 2, 0], [0, 1, 0, 1, 2]);
        evaluation.Add([1], [1]);

        // Class 1: found 2, invented 1, missed 1. Class 2: found 0, invented 1, missed 1. Class 3 does not occur.
        Assert.Equal([4 / 6.0, 0, double.NaN], evaluation.DicePerClass());
    }

    [Fact]
    public void OutputsThatOverlap_AreCountedEachByItself()
    {
        OnlineEvaluation evaluation = new(2, new TrainingState());

        evaluation.Add(0, both: 3, predicted: 4, truth: 5);
        evaluation.Add(1, both: 1, predicted: 1, truth: 1);
        evaluation.Add(0, both: 1, predicted: 1, truth: 1);

        Assert.Equal([8 / 11.0, 1], evaluation.DicePerClass());
    }

    [Fact]
    public void Sums_GoOnFromAState()
    {
        OnlineEvaluation first = new(1, new TrainingState());
        first.Add([1, 1], [1, 0]);

        OnlineEvaluation second = new(1, first.Into(new TrainingState()));
        second.Add([0], [1]);

        Assert.Equal([2 / 4.0], second.DicePerClass());
    }

    [Fact]
    public void DifferentLengths_AreRefused()
    {
        OnlineEvaluation evaluation = new(1, new TrainingState());

        Assert.Throws<ArgumentException>(() => evaluation.Add([0, 0], [0]));
    }
}
