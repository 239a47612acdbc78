using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

/// <summary>The rates and the end of trainers that depend on the losses so far.</summary>
public sealed class PlateauTrainerTests
{
    /// <summary>The moving average of a loss that stays at 0.3 stays there too: its first value is the only improvement.</summary>
    [Theory]
    [InlineData("nnUNetTrainer", 31, 3e-4)]
    [InlineData("nnUNetTrainer", 32, 6e-5)] // epoch 0 improves, and after it 31 epochs do not
    [InlineData("nnUNetTrainer", 63, 1.2e-5)]
    [InlineData("nnUNetTrainerV2_Adam_ReduceOnPlateau", 32, 3e-4)] // epoch 0 is not judged
    [InlineData("nnUNetTrainerV2_Adam_ReduceOnPlateau", 33, 6e-5)]
    [InlineData("nnUNetTrainerV2_SGD_ReduceOnPlateau", 33, 2e-3)]
    [InlineData("nnUNetTrainerV2_SGD_ReduceOnPlateau", 0, 1e-2)]
    public void TheRate_FallsWhereTheLossDoesNot(string trainer, int epochs, double rate) =>
        Assert.Equal(rate, Catalog<TrainerRecipe>.Create(trainer).LearningRateAfter(Course(epochs, static _ => 0.3)), rate * 1e-9);

    [Theory]
    [InlineData("nnUNetTrainer")]
    [InlineData("nnUNetTrainerNoDA")]
    [InlineData("nnUNetTrainerV2_SGD_ReduceOnPlateau")]
    public void TheRate_StaysWhereTheLossFalls(string trainer)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(trainer);
        TrainingCourse course = Course(400, static epoch => 1 - (0.01 * epoch));

        Assert.Equal(recipe.InitialLearningRate, recipe.LearningRateAfter(course));
        Assert.Null(recipe.EndsAfter(course));
    }

    [Fact]
    public void TheTraining_EndsOnceTheRateIsTiny()
    {
        // Given: the rate of nnUNetTrainer falls at epochs 31, 62, 93 and 124, from 0.0003 to 4.8e-7; the patience ends at
        // epochs 51, 77, 103 with a rate that is too high, and at 129 with one that is not
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create("nnUNetTrainer");

        Assert.Null(recipe.EndsAfter(Course(129, static _ => 0.3)));
        Assert.Equal("the training loss falls no more", recipe.EndsAfter(Course(130, static _ => 0.3)));
    }

    [Fact]
    public void TheAverage_IsTheOneOfTheState()
    {
        double[] averages = Course(3, static epoch => epoch == 1 ? double.NaN : epoch + 1).TrainingLossAverages();

        Assert.Equal([1, 1], averages[..2]); // an epoch without any loss leaves it
        Assert.Equal((0.93 * 1) + (0.07 * 3), averages[2], 1e-12);
    }

    private static TrainingCourse Course(int epochs, Func<int, double> loss) => new(1000, Enumerable.Range(0, epochs).Select(epoch => new EpochRecord
    {
        TrainingLoss = loss(epoch),
        ValidationLoss = 0,
        Dice = 0.5,
        DicePerClass = [0.5],
        Rate = 1,
        Seconds = 1,
        WaitShare = 0,
    }).ToValueArray());
}
