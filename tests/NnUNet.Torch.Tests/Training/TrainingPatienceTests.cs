using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

/// <summary>When a training whose loss falls no more has ended.</summary>
public sealed class TrainingPatienceTests
{
    [Theory]
    [InlineData(51, false)] // epochs 0 to 50: fifty of them without an improvement
    [InlineData(52, true)]
    public void ATrainingOfASmallRate_EndsAfterFiftyEpochsWithoutImprovement(int epochs, bool over) =>
        Assert.Equal(over, TrainingPatience.IsOver(Constant(0.3, epochs), Constant(4.8e-7, epochs)));

    [Theory]
    [InlineData(52, false)] // the patience is over at epoch 51, but the rate is high: half of it once more, from epoch 26 on
    [InlineData(77, false)]
    [InlineData(78, true)]
    public void ATrainingOfAHighRate_IsGivenHalfThePatienceAgain(int epochs, bool over) =>
        Assert.Equal(over, TrainingPatience.IsOver(Constant(0.3, epochs), [.. Constant(3e-4, 52), .. Constant(4.8e-7, 40)]));

    [Fact]
    public void ALossThatFallsByLess_IsNoImprovement()
    {
        double[] slowly = [.. Enumerable.Range(0, 52).Select(static epoch => epoch == 30 ? 0.2996 : 0.3)];
        double[] enough = [.. Enumerable.Range(0, 52).Select(static epoch => epoch == 30 ? 0.2994 : 0.3)];

        Assert.True(TrainingPatience.IsOver(slowly, Constant(4.8e-7, 52)));
        Assert.False(TrainingPatience.IsOver(enough, Constant(4.8e-7, 52)));
    }

    private static double[] Constant(double value, int count) => [.. Enumerable.Repeat(value, count)];
}
