using NnUNet.Core.Augmentation;
using NnUNet.Core.Augmentation.Intensity;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Tests.Networks;
using NnUNet.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Training;

/// <summary>What every recipe's parts keep to on a tiny plan, and what the variants say.</summary>
public sealed class TrainerVariantTests : LeakCheckedTest
{
    public static TheoryData<string, int> NamesAndDimensions { get; } = Rows();

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void ARecipesNetworkLossAndWeights_FitTogether(string name, int dimensions)
    {
        // Given the network and the loss that a recipe chooses for a plan
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);
        NetworkDescription description = recipe.DescribeNetwork(TinyPlan.For(recipe.Network, dimensions), 0);
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(1);
        DeepSupervisionLoss loss = new(Catalog<SegmentationLoss>.Create(recipe.Loss), recipe.OutputWeights(network.OutputStrides.Count));
        using DisposeScope scope = NewDisposeScope();
        long[] size = [.. network.Divisor.Select(static n => 2L * n)];

        // When a random image and segmentation pass through both
        Tensor[] outputs = network.call(rand([2, network.InputChannels, .. size]));
        Tensor[] targets = [.. outputs.Select(static o => o.detach().narrow(1, 0, 1).ge(0).to_type(float32))];
        Tensor value = loss.Compute(outputs, targets);
        value.backward();

        // Then the loss is a number, and so is every gradient that there is
        Assert.True(float.IsFinite(value.item<float>()));
        Assert.All(network.parameters(), static p => Assert.True(p.grad is null || p.grad.isfinite().all().item<bool>()));
        Assert.Equal(network.OutputStrides.Count, loss.Weights.Count);
        Assert.All(description.MirrorAxes, axis => Assert.InRange(axis, 0, dimensions - 1));
    }

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void ARecipesAugmentation_GivesPatchesOfThePlan(string name, int dimensions)
    {
        // Given what a recipe does to every sample, and a large patch of noise
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);
        Plan plan = TinyPlan.For(recipe.Network, dimensions);
        AugmentationSettings settings = recipe.AugmentationFor(plan.PlansPerStage[0]);
        AugmentationPipeline pipeline = recipe.CreateAugmentation(plan, settings);
        PatchBuffer patch = new(2);

        // When some samples are made
        for (int sample = 0; sample < 6; sample++)
        {
            RandomStream random = new(3, 0, 0, sample);
            patch.Reset(settings.InitialPatch);
            for (int c = 0; c < 2; c++)
            {
                foreach (ref float voxel in patch.Channel(c)) voxel = (float)random.Normal();
            }

            patch.Segmentation.Fill(1);
            pipeline.Spatial?.Run(patch, ref random);
            foreach (PatchAugmentation step in pipeline.Steps) step.Run(patch, ref random);

            // Then each has the patch's size and numbers only
            Assert.Equal(settings.Patch, patch.Extent);
            Assert.True(patch.Channel(0).ToArray().All(float.IsFinite));
            Assert.True(patch.Segmentation.ToArray().All(static label => label is 0 or 1));
        }
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_warmup", 1050, 0, 0.01 / 50)]
    [InlineData("nnUNetTrainerV2_warmup", 1050, 1, 0.01 / 50)]
    [InlineData("nnUNetTrainerV2_warmup", 1050, 25, 0.01 / 2)]
    [InlineData("nnUNetTrainerV2_warmup", 1050, 50, 0.01)]
    [InlineData("nnUNetTrainerV2_warmup", 1050, 1049, 6.5727e-4)] // 0.01 (51/1050)^0.9, as the original leaves it at the end
    [InlineData("nnUNetTrainerV2_cycleAtEnd", 1100, 999, 1.9953e-5)] // 0.01 (1/1000)^0.9
    [InlineData("nnUNetTrainerV2_cycleAtEnd", 1100, 1000, 1e-6)]
    [InlineData("nnUNetTrainerV2_cycleAtEnd", 1100, 1025, 0.0005005)]
    [InlineData("nnUNetTrainerV2_cycleAtEnd", 1100, 1050, 1e-3)]
    [InlineData("nnUNetTrainerV2_cycleAtEnd", 1100, 1075, 0.0005005)]
    [InlineData("nnUNetTrainerV2_cycleAtEnd2", 1200, 1000, 1e-6)]
    [InlineData("nnUNetTrainerV2_cycleAtEnd2", 1200, 1100, 1e-2)]
    [InlineData("nnUNetTrainerV2_SGD_fixedSchedule", 1000, 499, 1e-2)]
    [InlineData("nnUNetTrainerV2_SGD_fixedSchedule", 1000, 500, 1e-3)]
    [InlineData("nnUNetTrainerV2_SGD_fixedSchedule", 1000, 675, 1e-4)]
    [InlineData("nnUNetTrainerV2_SGD_fixedSchedule", 1000, 999, 1e-5)]
    [InlineData("nnUNetTrainerV2_SGD_fixedSchedule2", 1000, 674, 1e-3)]
    [InlineData("nnUNetTrainerV2_SGD_fixedSchedule2", 1000, 675, 1e-3)]
    [InlineData("nnUNetTrainerV2_SGD_lr1en1", 1000, 0, 1e-1)]
    [InlineData("nnUNetTrainerV2_ep250", 250, 0, 1e-2)]
    public void TheRate_IsTheOriginals(string name, int epochs, int epoch, double rate)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);

        Assert.Equal(epochs, recipe.Epochs);
        Assert.Equal(rate, recipe.LearningRate(epoch, epochs), rate * 1e-3);
    }

    [Theory]
    [InlineData(800, 0.99)]
    [InlineData(801, 0.99)]
    [InlineData(901, 0.945)]
    [InlineData(999, 0.9009)]
    public void TheMomentum_FallsAtTheEnd(int epoch, double momentum)
    {
        Assert.Equal(momentum, Catalog<TrainerRecipe>.Create("nnUNetTrainerV2_reduceMomentumDuringTraining").MomentumAt(epoch, 1000), 1e-12);
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_Adam", 0.01)]
    [InlineData("nnUNetTrainerV2_Adam_nnUNetTrainerlr", 3e-4)]
    public void AdamTrainers_UseAmsGrad(string name, double rate)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);
        using WeightOptimizer optimizer = recipe.CreateOptimizer();

        Assert.True(Assert.IsType<Adam>(optimizer).AmsGrad);
        Assert.Equal(rate, recipe.InitialLearningRate);
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_Ranger_lr1en2", 0.01)]
    [InlineData("nnUNetTrainerV2_Ranger_lr3en3", 0.003)]
    [InlineData("nnUNetTrainerV2_Ranger_lr3en4", 0.0003)]
    public void RangerTrainers_BeginWithTheirRate(string name, double rate)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);
        using WeightOptimizer optimizer = recipe.CreateOptimizer();

        Ranger ranger = Assert.IsType<Ranger>(optimizer);
        Assert.Equal((0.95, 0.999, 1e-5, 6, 0.5), (ranger.Beta1, ranger.Beta2, ranger.Epsilon, ranger.LookaheadSteps, ranger.LookaheadShare));
        Assert.Equal(rate, recipe.LearningRate(0, 1000));
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_momentum09in2D", 2, 0.9)]
    [InlineData("nnUNetTrainerV2_momentum09in2D", 3, 0.99)]
    [InlineData("nnUNetTrainerV2", 2, 0.99)]
    public void TheMomentum_MayDependOnTheDimensions(string name, int dimensions, double momentum)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name).For(TinyPlan.Of(dimensions).PlansPerStage[0]);

        Assert.Equal((momentum, momentum), (recipe.Momentum, recipe.MomentumAt(500, 1000)));
    }

    [Fact]
    public void TheFirstGeneration_IsTheOriginals()
    {
        // Given
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create("nnUNetTrainer");
        ConfigurationPlan isotropic = TinyPlan.Of(3).PlansPerStage[0] with { DoDummy2DDataAug = false };

        // When
        AugmentationSettings volumes = recipe.AugmentationFor(isotropic);
        AugmentationSettings slices = recipe.AugmentationFor(TinyPlan.Of(2).PlansPerStage[0]);
        PatchAugmentation gamma = Assert.Single(recipe.CreateIntensityAugmentations(2, sliceWise: false));

        // Then
        Assert.Equal(("Adam", 3e-4, double.PositiveInfinity, null), (recipe.Optimizer, recipe.InitialLearningRate, recipe.MaxGradientNorm, recipe.RescueEpoch));
        Assert.Equal([1.0, 0, 0], recipe.OutputWeights(3));
        Assert.Equal(AxisValues.All(Math.PI / 12), volumes.Spatial.MaxAngle);
        Assert.Equal((0.85, 1.25, 0.2), (volumes.Spatial.ScaleLow, volumes.Spatial.ScaleHigh, volumes.Spatial.Elastic!.Probability));
        Assert.Equal(new ElasticRangesInVoxels(new(0, 900), new(9, 13)), volumes.Spatial.Elastic);
        Assert.Equal(new ElasticRangesInVoxels(new(0, 200), new(9, 13)), slices.Spatial.Elastic);
        Assert.Equal(Math.PI, slices.Spatial.MaxAngle.Z);
        Assert.Equal((false, 0.3), (Assert.IsType<GammaAugmentation>(gamma).Inverted, ((GammaAugmentation)gamma).Probability));
    }

    [Fact]
    public void TheResidualTrainer_WeighsAllOutputs()
    {
        Golden.AssertClose("weights", [4.0 / 7, 2.0 / 7, 1.0 / 7], [.. Catalog<TrainerRecipe>.Create("nnUNetTrainerV2_ResencUNet").OutputWeights(3)], 1e-12);
        Assert.Equal([1.0, 0, 0], Catalog<TrainerRecipe>.Create("nnUNetTrainerV2_noDeepSupervision").OutputWeights(3));
    }

    [Fact]
    public void AllKernelsOfThree_ChangesThoseOfOne()
    {
        GenericUNetArguments arguments = GenericUNetArguments.Of(Catalog<TrainerRecipe>.Create("nnUNetTrainerV2_allConv3x3").DescribeNetwork(TinyPlan.Of(3), 0));

        Assert.All(arguments.ConvolutionKernels, static kernel => Assert.Equal([3, 3, 3], kernel));
    }

    [Fact]
    public void ThePageOfTrainers_HasEveryName()
    {
        string page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "trainers.md"));
        string here = page.Split("## What the original has and is not here")[0];

        IEnumerable<string> shipped = Catalog<TrainerRecipe>.Names.Where(static n => !n.Contains("_copy", StringComparison.Ordinal) && Catalog<TrainerRecipe>.Create(n).GetType().Assembly == typeof(TrainerRecipe).Assembly);
        Assert.All(shipped, name => Assert.Contains($"`{name}`", here, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_insaneDA", 3, 8, 18, 18)] // slice-wise: a corner turned by 90 degrees stays as far out; 16 / 0.85
    [InlineData("nnUNetTrainerV2_DA3", 3, 8, 22, 22)] // 16 / 0.7
    [InlineData("nnUNetTrainerV2_noDataAugmentation", 3, 8, 16, 16)]
    [InlineData("nnUNetTrainer", 3, 8, 18, 18)]
    [InlineData("nnUNetTrainerNoDA", 3, 8, 16, 16)]
    public void TheLargerPatch_IsTheOriginals(string name, int dimensions, int z, int y, int x)
    {
        AugmentationSettings settings = Catalog<TrainerRecipe>.Create(name).AugmentationFor(TinyPlan.Of(dimensions).PlansPerStage[0]);

        Assert.Equal([z, y, x], settings.InitialPatch.ToArray());
    }

    private static TheoryData<string, int> Rows()
    {
        TheoryData<string, int> rows = [];
        foreach (string name in Catalog<TrainerRecipe>.Names.Where(static n => !n.Contains("_copy", StringComparison.Ordinal)))
        {
            rows.Add(name, 2);
            rows.Add(name, 3);
        }

        return rows;
    }
}
