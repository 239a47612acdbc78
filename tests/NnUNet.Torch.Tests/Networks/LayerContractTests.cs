using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>What every normalisation and nonlinearity of the catalogues keeps to, and what each of them computes.</summary>
public sealed class LayerContractTests : LeakCheckedTest
{
    public static TheoryData<string, string, bool> Combinations { get; } = Rows();

    [Theory]
    [MemberData(nameof(Combinations))]
    public void ANetworkOfTheseLayers_LearnsAndIsTheSameAfterItsDescriptionWasAFile(string norm, string nonlinearity, bool nonlinearityFirst)
    {
        // Given a network of these layers
        GenericUNetFactory factory = new();
        Core.Planning.NetworkDescription description = GenericUNetArguments.Change(factory.Describe(TinyPlan.Of(2), 0), a => a with
        {
            Normalization = new() { Name = norm, Groups = 4 },
            Nonlinearity = new() { Name = nonlinearity },
            NonlinearityFirst = nonlinearityFirst,
        });
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(2);
        using DisposeScope scope = NewDisposeScope();

        // When all its outputs are differentiated
        Tensor[] outputs = network.call(rand(2, 2, 16, 16));
        outputs.Aggregate(zeros(1), static (sum, output) => sum + output.square().sum()).backward();

        // Then every parameter has a gradient of numbers
        Assert.All(network.parameters(), static p => Assert.True(p.grad!.isfinite().all().item<bool>()));
        Assert.Equal(nonlinearityFirst, GenericUNetArguments.Of(description).NonlinearityFirst);
    }

    [Theory]
    [InlineData("BatchNorm")]
    [InlineData("FRN")]
    [InlineData("GroupNorm")]
    public void WhatANormLearnsAndCounts_IsInTheCheckpoint(string norm)
    {
        // Given a network with this norm that saw an image in training
        using TemporaryFolder folder = new();
        Core.Planning.NetworkDescription description = GenericUNetArguments.Change(new GenericUNetFactory().Describe(TinyPlan.Of(2), 0), a => a with { Normalization = new() { Name = norm } });
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(2);
        using DisposeScope scope = NewDisposeScope();
        network.call(rand(2, 2, 16, 16));
        NnUNet.Torch.Training.Checkpoint.Save(folder["model.safetensors"], network, null, new { });

        // When another network loads it
        using SegmentationNetwork other = NetworkFactory.Create(description);
        NnUNet.Torch.Training.Checkpoint.Load<System.Text.Json.Nodes.JsonObject>(folder["model.safetensors"], other);

        // Then it gives the same logits in inference
        network.eval();
        other.eval();
        Tensor image = rand(1, 2, 16, 16);
        Assert.Equal(network.call(image)[0].data<float>().ToArray(), other.call(image)[0].data<float>().ToArray());
        Assert.All(NetworkWeights.Of(network).Zip(NetworkWeights.Of(other)), static pair => Assert.True(pair.First.Tensor.equal(pair.Second.Tensor).all().item<bool>(), pair.First.Name));
    }

    [Theory]
    [InlineData("LeakyReLU", new[] { -0.02f, 0f, 1f })]
    [InlineData("ReLU", new[] { 0f, 0f, 1f })]
    [InlineData("GeLU", new[] { -0.0455003f, 0f, 0.8413447f })]
    [InlineData("Mish", new[] { -0.2525015f, 0f, 0.8650984f })]
    [InlineData("Identity", new[] { -2f, 0f, 1f })]
    public void Nonlinearity_OfMinusTwoNoughtAndOne(string name, float[] expected)
    {
        using DisposeScope scope = NewDisposeScope();

        Tensor values = Catalog<Nonlinearity>.Create(name).Apply(tensor(new[] { -2f, 0f, 1f }), new NonlinearitySettings());

        Golden.AssertClose(name, expected, values.data<float>().ToArray(), 1e-6);
    }

    [Theory]
    [InlineData("InstanceNorm", new[] { -1f, 1f, -1f, 1f, -1f, 1f, -1f, 1f })] // each pair of voxels by itself
    [InlineData("GroupNorm", new[] { -1.069045f, 0.000000f, -0.534522f, 1.603567f, -0.558661f, 0.877896f, -1.356748f, 1.037513f })] // both features of a sample
    [InlineData("BatchNorm", new[] { -1.028524f, -0.744793f, -0.900353f, -0.324127f, 0.248264f, 1.525053f, -0.468184f, 1.692664f })] // each feature of both samples
    [InlineData("Identity", new[] { 1f, 3f, 2f, 6f, 10f, 19f, 5f, 20f })]
    public void Normalization_OfTwoSamplesOfTwoFeatures(string name, float[] expected)
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> layer = Catalog<Normalization>.Create(name).Create(2, 2, new NormalizationSettings { Groups = 1, Epsilon = 1e-8 });

        Tensor values = layer.call(tensor(new float[] { 1, 3, 2, 6, 10, 19, 5, 20 }, [2, 2, 1, 2]));

        Golden.AssertClose(name, expected, values.data<float>().ToArray(), 1e-5);
    }

    [Fact]
    public void FilterResponse_DividesByTheRootMeanSquare_AndCutsOffAtItsThreshold()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> layer = new FilterResponseNormalization().Create(1, 2, new NormalizationSettings { Name = "FRN", Epsilon = 0 });

        Tensor values = layer.call(tensor(new float[] { 3, -4 }, [1, 1, 1, 2]));

        Golden.AssertClose("frn", [3 / MathF.Sqrt(12.5f), 0], values.data<float>().ToArray(), 1e-6);
    }

    [Fact]
    public void BatchNorm_KeepsAveragesInTraining_AndUsesThemInInference()
    {
        // Given a layer that saw one batch of mean 2 and variance 2 (of a sample) in training
        using DisposeScope scope = NewDisposeScope();
        using nn.Module<Tensor, Tensor> layer = new BatchNormalization().Create(1, 2, new NormalizationSettings());
        layer.call(tensor(new float[] { 1, 3 }, [1, 1, 1, 2]));

        // When it is used for inference
        layer.eval();
        Tensor values = layer.call(tensor(new float[] { 0.2f, 1.2f }, [1, 1, 1, 2]));

        // Then a tenth of the batch's mean and variance has gone into its averages
        Dictionary<string, float> buffers = layer.named_buffers().ToDictionary(static b => b.name, static b => b.buffer.to_type(float32).item<float>());
        Assert.Equal(["num_batches_tracked", "running_mean", "running_var"], buffers.Keys.Order());
        Golden.AssertClose("averages", [1, 0.2f, 1.1f], [buffers["num_batches_tracked"], buffers["running_mean"], buffers["running_var"]], 1e-6);
        Golden.AssertClose("values", [0, 1 / MathF.Sqrt(1.1f)], values.data<float>().ToArray(), 1e-5);
    }

    [Fact]
    public void GroupsThatDoNotDivideTheFeatures_AreAFaultOfThePlan()
    {
        GenericUNetArguments arguments = GenericUNetArguments.Of(new GenericUNetFactory().Describe(TinyPlan.Of(2), 0)) with { BaseFeatures = 12, Normalization = new() { Name = "GroupNorm" } };

        Assert.Equal("norm is GroupNorm with 8 groups, which must divide base_num_features 12 and max_num_features 480", Assert.Single(arguments.Faults()));
    }

    private static TheoryData<string, string, bool> Rows()
    {
        TheoryData<string, string, bool> rows = [];
        foreach (string norm in Catalog<Normalization>.Names) rows.Add(norm, "LeakyReLU", false);
        foreach (string nonlinearity in Catalog<Nonlinearity>.Names) rows.Add("InstanceNorm", nonlinearity, true);
        return rows;
    }
}
