using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training.Engine;

public sealed class LearningRateFinderTests : LeakCheckedTest
{
    [Fact]
    public void TheSearch_LeavesItsCurveAndNothingElse()
    {
        using ToyTask toy = new();

        LearningRateCurve curve = LearningRateFinder.Execute(toy.Options with { Epochs = null, Iterations = 40 });

        Assert.Equal(["lr_finder.json", "lr_finder.png"], Directory.GetFileSystemEntries(toy.FoldPath).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([toy.FoldPath], Directory.GetFileSystemEntries(toy.ModelPath));
        Assert.Equal(curve.Rates, ProductJson.Read<LearningRateCurve>(Path.Combine(toy.FoldPath, "lr_finder.json")).Rates);
        Assert.Equal(1e-6, curve.Rates[0]);
        Assert.Equal(Math.Pow(1e7, 1 / 40.0), curve.Rates[1] / curve.Rates[0], 9);
    }

    [Fact]
    public void TheAverage_IsTheOriginals()
    {
        using ToyTask toy = new();

        LearningRateCurve curve = LearningRateFinder.Execute(toy.Options with { Epochs = null, Iterations = 20 });

        // 0.98 and 0.02, divided by what the weights of two values add up to
        Assert.Equal(curve.Losses[0], curve.Smoothed[0], 9);
        Assert.Equal(((0.98 * 0.02 * curve.Losses[0]) + (0.02 * curve.Losses[1])) / (1 - (0.98 * 0.98)), curve.Smoothed[1], 9);
    }

    [Fact]
    public void TheSuggestion_IsATenthOfTheRateWithTheLowestLoss()
    {
        double[] rates = [.. Enumerable.Range(0, 40).Select(static i => Math.Pow(10, (i - 30) / 5.0))];
        double[] losses = [.. Enumerable.Range(0, 40).Select(static i => Math.Abs(i - 25.0))];

        Assert.Equal(rates[25] / 10, LearningRateFinder.Suggest(rates, losses));
        Assert.Null(LearningRateFinder.Suggest(rates[..12], losses[..12]));
    }

    [Fact]
    public void ContinuingASearch_IsRefused()
    {
        using ToyTask toy = new();

        DescribedException error = Assert.Throws<DescribedException>(() => LearningRateFinder.Execute(toy.Options with { Continue = true }));

        Assert.Equal("nnUNet_train: --find_lr begins with fresh weights and goes without -c and -val; leave them out.", error.Message);
    }
}
