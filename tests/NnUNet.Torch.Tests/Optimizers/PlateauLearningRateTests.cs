using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Tests.Optimizers;

/// <summary>The rate that falls when a measure does not.</summary>
public sealed class PlateauLearningRateTests
{
    private static readonly PlateauLearningRate Rate = new(Initial: 1, Factor: 0.2, Patience: 2, Threshold: 0.1);

    [Fact]
    public void TheRate_FallsAtTheThirdMeasureInARowThatIsNoImprovement() =>
        // 0.95 is below 1, but not by more than the threshold; 0.8 is
        Same([1, 1, 1, 1, 1, 1, 0.2], Rate.After([1, 0.95, 0.95, 0.8, 0.75, 0.9, 0.8]));

    [Fact]
    public void TheRate_IsBornePatientlyAgainAfterItFell() =>
        Same([1, 1, 1, 0.2, 0.2, 0.2, 0.04, 0.04], Rate.After([1, 1, 1, 1, 1, 1, 1, 0.5]));

    [Fact]
    public void TheRate_StaysWhereTheChangeWouldBeTiny() =>
        Assert.Equal(1e-8, new PlateauLearningRate(1e-8, 0.2, 0, 0).After([1, 1, 1])[^1]); // 1e-8 less a fifth of it is no more than 1e-8

    [Fact]
    public void WithoutMeasures_ThereIsNoRate() => Assert.Empty(Rate.After([]));

    private static void Same(double[] expected, double[] rates) => Assert.All(expected.Zip(rates), static p => Assert.Equal(p.First, p.Second, 1e-12));
}
