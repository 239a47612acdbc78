using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Training;

/// <summary>What every recipe of the catalogue must keep.</summary>
public sealed class TrainerRecipeTests
{
    [Fact]
    public void EveryConfigurationsDefaultTrainer_IsKnown_AndUsesThePreviousStageWhereItMust() =>
        Assert.All(Configuration.All, static c => Assert.Empty(TrainingOptions.TrainerFaults(c, c.DefaultTrainer)));

    public static TheoryData<string> Names => [.. Catalog<TrainerRecipe>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryRecipe_HasPossibleSettings(string name)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);

        Assert.InRange(recipe.Epochs, 1, int.MaxValue);
        Assert.InRange(recipe.IterationsPerEpoch, 1, int.MaxValue);
        Assert.InRange(recipe.ForegroundShare, 0, 1);
        Assert.InRange(recipe.ValidationIterations(1), recipe.WholeImageStructures.Count > 0 ? 0 : 1, int.MaxValue);
        Assert.Equal(1, recipe.OutputWeights(4).Sum(), 12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryRecipe_KeepsItsRatePositiveWithinTheTraining(string name)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);

        Assert.All(Enumerable.Range(0, recipe.Epochs), e => Assert.InRange(recipe.LearningRate(e, recipe.Epochs), double.Epsilon, 1));
    }

    [Fact]
    public void TheStandardTrainer_IsTheOriginals()
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create("nnUNetTrainerV2");

        Assert.Equal((1000, 250, 50), (recipe.Epochs, recipe.IterationsPerEpoch, recipe.ValidationIterations(250)));
        Assert.Equal((0.01, 0.99, 3e-5, 12), (recipe.InitialLearningRate, recipe.Momentum, recipe.WeightDecay, recipe.MaxGradientNorm));
        Assert.Equal(0.01 * Math.Pow(0.75, 0.9), recipe.LearningRate(250, 1000), 15);
    }
}
