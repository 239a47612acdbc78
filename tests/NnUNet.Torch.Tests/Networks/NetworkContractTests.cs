using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>What every network of the catalogue keeps to.</summary>
public sealed class NetworkContractTests : LeakCheckedTest
{
    public static TheoryData<string, int> NamesAndDimensions { get; } = Rows();

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void Network_DescribedByAPlan_IsTheSameAfterItsDescriptionWasAFile(string name, int dimensions)
    {
        // Given a description that was written to JSON and read again
        NetworkDescription description = Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, dimensions), 0, extraInputChannels: 1);
        NetworkDescription read = JsonSerializer.Deserialize<NetworkDescription>(JsonSerializer.Serialize(description, ProductJson.Options), ProductJson.Options)!;

        // When both are built
        using SegmentationNetwork network = NetworkFactory.Create(description);
        using SegmentationNetwork again = NetworkFactory.Create(read);

        // Then they have the plan's channels and classes, and the same parameters
        Assert.Equal((dimensions, 3, 3), (network.Dimensions, network.InputChannels, network.Classes));
        Assert.Equal(NetworkWeights.Of(network).Select(static w => w.Name), NetworkWeights.Of(again).Select(static w => w.Name));
        Assert.Distinct(NetworkWeights.Of(network).Select(static w => w.Name));
        Assert.Equal(Enumerable.Range(0, dimensions), description.MirrorAxes);
    }

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void Forward_GivesLogitsOfEveryOutputStride_AndFullResolutionAloneWithoutDeepSupervision(string name, int dimensions)
    {
        // Given an initialised network and an image of twice its divisor
        using SegmentationNetwork network = NetworkFactory.Create(Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, dimensions), 0));
        network.Initialize(1);
        using DisposeScope scope = NewDisposeScope();
        long[] size = [.. network.Divisor.Select(static n => 2L * n)];
        Tensor image = rand([2, 2, .. size]);

        // When it is seen with and without deep supervision
        Tensor[] all = network.call(image);
        network.DeepSupervision = false;
        Tensor[] one = network.call(image);

        // Then the outputs are as many as the loss is divided among, have their sizes, are numbers, and the first is the same
        Assert.Equal(Catalog<NetworkFactory>.Create(name).Outputs(TinyPlan.For(name, dimensions).PlansPerStage[0]), all.Length);
        Assert.Equal(
            network.OutputStrides.Select(stride => (long[])[2, 3, .. size.Zip(stride, static (n, s) => n / s)]),
            all.Select(static o => o.shape));
        Assert.All(all, static o => Assert.True(o.isfinite().all().item<bool>()));
        Assert.Equal(all[0].data<float>().ToArray(), Assert.Single(one).data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void Backward_ReachesEveryParameterThatAnOutputDependsOn(string name, int dimensions)
    {
        // Given an initialised network
        using SegmentationNetwork network = NetworkFactory.Create(Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, dimensions), 0));
        network.Initialize(1);
        using DisposeScope scope = NewDisposeScope();

        // When all its outputs are differentiated
        Tensor[] outputs = network.call(rand([1, 2, .. network.Divisor.Select(static n => 2L * n)]));
        outputs.Aggregate(zeros(1), static (sum, output) => sum + output.square().sum()).backward();

        // Then every parameter has a gradient of numbers
        Assert.All(network.parameters(), static p => Assert.True(p.grad!.isfinite().all().item<bool>()));
    }

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void Checkpoint_BringsBackEveryWeight(string name, int dimensions)
    {
        // Given a network that was trained on an image, in a checkpoint
        using TemporaryFolder folder = new();
        NetworkDescription description = Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, dimensions), 0);
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(1);
        using DisposeScope scope = NewDisposeScope();
        network.call(rand([1, 2, .. network.Divisor.Select(static n => 2L * n)]));
        Checkpoint.Save(folder["model.safetensors"], network, null, new { });

        // When another network loads it
        using SegmentationNetwork other = NetworkFactory.Create(description);
        Checkpoint.Load<JsonObject>(folder["model.safetensors"], other);

        // Then it has the same weights and buffers
        Assert.All(NetworkWeights.Of(network).Zip(NetworkWeights.Of(other)), static pair => Assert.True(pair.First.Tensor.equal(pair.Second.Tensor).all().item<bool>(), pair.First.Name));
    }

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void Network_HasTheOutputsAndChannelsOfTheModelsContract(string name, int dimensions)
    {
        // Given the description of a network that sees a previous stage, and the contract of its model
        Plan plan = TinyPlan.For(name, dimensions) with { NumClasses = 4, AllClasses = [1, 2, 3, 4] };
        NetworkDescription description = Catalog<NetworkFactory>.Create(name).Describe(plan, 0, PlanContract.PreviousStageOf(plan).Labels.Count) with { PreviousStage = true };
        ModelContract contract = PlanContract.Of(plan, 0, description);

        // When the network is built
        using SegmentationNetwork network = NetworkFactory.Create(description);

        // Then it has as many classes and channels as the contract says
        Assert.Equal((5, 6), (contract.Labels.Outputs, contract.InputChannels));
        Assert.Equal((contract.Labels.Outputs, contract.InputChannels), (network.Classes, network.InputChannels));
    }

    [Theory]
    [InlineData(
        "Generic_UNet",
        "input_channels num_classes base_num_features max_num_features num_conv_per_stage pool_op_kernel_sizes conv_kernel_sizes norm nonlin nonlin_first init_neg_slope seg_output_use_bias")]
    [InlineData(
        "FabiansUNet",
        "input_channels num_classes base_num_features max_num_features num_blocks_encoder num_blocks_decoder pool_op_kernel_sizes conv_kernel_sizes norm nonlin")]
    public void Arguments_HaveTheOriginalsKeysInTheirOrder(string name, string keys)
    {
        JsonObject arguments = JsonObject.Create(Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, 3), 0).Arguments)!;

        Assert.Equal(keys, string.Join(' ', arguments.Select(static a => a.Key)));
    }

    [Theory]
    [MemberData(nameof(NamesAndDimensions))]
    public void Describe_OfAStageThatThePlanLacks_TellsThoseThereAre(string name, int dimensions)
    {
        DescribedException fault = Assert.Throws<DescribedException>(() => Catalog<NetworkFactory>.Create(name).Describe(TinyPlan.For(name, dimensions), 3));

        Assert.Equal("plans: there is no stage 3, only 0; choose another configuration.", fault.Message);
    }

    [SkippableFact]
    public void GenericUNet_FitsEveryRecordedPlan()
    {
        // Given the plans of all recorded data sets, 3D and 2D
        JsonNode[] datasets = [.. JsonNode.Parse(File.ReadAllText(TestData.Golden("planner.json")))!["datasets"]!.AsArray()!];
        ConfigurationPlan[] stages = [.. from dataset in datasets
            from key in new[] { "out_3d_v21", "out_2d_v21" }
            from stage in dataset[key]!["plans_per_stage"]!.AsObject()
            select stage.Value.Deserialize<ConfigurationPlan>(ProductJson.Options)];

        // When the network's arguments are derived from them
        IEnumerable<string> faults = stages.SelectMany(static s => GenericUNetArguments.FromPlan(TinyPlan.Of(s.PatchSize.Count), s).Faults());

        // Then none has a fault, and each patch can be halved as often as the network does
        Assert.True(stages.Length >= 38, $"{stages.Length} stages");
        Assert.Empty(faults);
        Assert.All(stages, static s => Assert.All(
            Enumerable.Range(0, s.PatchSize.Count),
            axis => Assert.Equal(0, s.PatchSize[axis] % s.PoolOpKernelSizes.Aggregate(1, (product, pool) => product * pool[axis]))));
    }

    internal static TheoryData<string, int> Rows()
    {
        TheoryData<string, int> rows = [];
        foreach (string name in Catalog<NetworkFactory>.Names)
        {
            rows.Add(name, 2);
            rows.Add(name, 3);
        }

        return rows;
    }
}
