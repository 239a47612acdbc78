using System.Text.Json.Nodes;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V1;

public sealed class V1NetworkTests
{
    [Fact]
    public void Arguments_OfAPlainNetwork_AreThoseThatNamesAndShapesTell()
    {
        // Given
        Dictionary<string, ValueArray<long>> shapes = Plain();

        // When
        V1Network network = new("a.model", shapes);

        // Then
        Assert.Equal("Generic_UNet", network.Name);
        AssertJson(
            """
            {"input_channels":2,"num_classes":3,"base_num_features":8,"max_num_features":320,"num_conv_per_stage":2,
             "pool_op_kernel_sizes":[[1,2,2],[2,2,2]],"conv_kernel_sizes":[[1,3,3],[3,3,3],[3,3,3]]}
            """,
            network.Arguments(new V1Trainer()));
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_GN", """{"norm":{"name":"GroupNorm","num_groups":8}}""")]
    [InlineData("nnUNetTrainerV2_ReLU", """{"nonlin":{"name":"ReLU"}}""")]
    [InlineData("nnUNetTrainerV2_GeLU", """{"nonlin":{"name":"GeLU"}}""")]
    [InlineData("nnUNetTrainerV2_Mish", """{"nonlin":{"name":"Mish"}}""")]
    [InlineData("nnUNetTrainerV2_LReLU_slope_2en1", """{"nonlin":{"name":"LeakyReLU","negative_slope":0.2}}""")]
    [InlineData("nnUNetTrainerV2_lReLU_convReLUIN", """{"nonlin_first":true}""")]
    [InlineData("nnUNetTrainerV2_ReLU_convReLUIN", """{"nonlin_first":true,"nonlin":{"name":"ReLU"}}""")]
    [InlineData("nnUNetTrainerV2_Loss_CE", "{}")]
    public void Arguments_OfATrainerOfTheOriginal_HaveWhatItsNameTells(string trainer, string expected)
    {
        // When
        JsonObject arguments = new V1Network("a.model", Plain()).Arguments(V1Trainer.Find(trainer)!);

        // Then
        AssertJson(expected, Without(arguments, 7));
    }

    [Theory]
    [InlineData("instnorm.running_mean", """{"norm":{"name":"BatchNorm"}}""")]
    [InlineData("instnorm.tau", """{"norm":{"name":"FRN","eps":1e-6},"nonlin":{"name":"Identity"}}""")]
    public void Arguments_OfAnotherNorm_AreSeenInItsWeights(string layer, string expected)
    {
        // Given
        Dictionary<string, ValueArray<long>> shapes = Plain();
        shapes["conv_blocks_context.0.blocks.0." + layer] = [8];

        // When
        JsonObject arguments = new V1Network("a.model", shapes).Arguments(new V1Trainer());

        // Then
        AssertJson(expected, Without(arguments, 7));
    }

    [Fact]
    public void Arguments_WithoutNormAndWithBiasOfTheOutput_AreSeenInTheWeights()
    {
        // Given
        Dictionary<string, ValueArray<long>> shapes = Plain();
        shapes.Remove("conv_blocks_context.0.blocks.0.instnorm.weight");
        shapes["seg_outputs.0.bias"] = [3];

        // When
        JsonObject arguments = new V1Network("a.model", shapes).Arguments(new V1Trainer());

        // Then
        AssertJson("""{"seg_output_use_bias":true,"norm":{"name":"Identity"}}""", Without(arguments, 7));
    }

    [Fact]
    public void Arguments_OfAResidualEncoder_CountItsBlocks()
    {
        // Given
        Dictionary<string, ValueArray<long>> shapes = new(StringComparer.Ordinal)
        {
            ["encoder.initial_conv.weight"] = [8, 1, 3, 3, 3],
            ["encoder.initial_norm.weight"] = [8],
            ["encoder.stages.0.convs.0.conv1.weight"] = [8, 8, 1, 3, 3],
            ["encoder.stages.1.convs.0.conv1.weight"] = [12, 8, 3, 3, 3],
            ["encoder.stages.1.convs.1.conv1.weight"] = [12, 12, 3, 3, 3],
            ["decoder.tus.0.weight"] = [12, 8, 1, 2, 2],
            ["decoder.stages.0.convs.0.conv.weight"] = [8, 16, 1, 3, 3],
            ["decoder.segmentation_output.weight"] = [2, 8, 1, 1, 1],
        };

        // When
        V1Network network = new("a.model", shapes);

        // Then
        Assert.Equal("FabiansUNet", network.Name);
        AssertJson(
            """
            {"input_channels":1,"num_classes":2,"base_num_features":8,"max_num_features":12,"num_blocks_encoder":[1,2],"num_blocks_decoder":[1],
             "pool_op_kernel_sizes":[[1,1,1],[1,2,2]],"conv_kernel_sizes":[[1,3,3],[3,3,3]]}
            """,
            network.Arguments(new V1Trainer()));
    }

    [Fact]
    public void Arguments_OfANetworkThatPoolsWithoutWeights_AreRefused()
    {
        // Given
        Dictionary<string, ValueArray<long>> shapes = Plain();
        shapes.Remove("tu.0.weight");

        // Then
        Assert.Contains("pools or upsamples without weights", Assert.Throws<TorchFileException>(() => new V1Network("a.model", shapes).Arguments(new V1Trainer())).What, StringComparison.Ordinal);
        Assert.Null(new V1Network("a.model", new Dictionary<string, ValueArray<long>> { ["fc.weight"] = [2, 2] }).Name);
    }

    [Theory]
    [InlineData("nnUNetTrainerV2_BN_copy3", true)]
    [InlineData("nnUNetTrainerV2_noMirroring", false)]
    [InlineData("nnUNetTrainerV2_noDataAugmentation_copy1", false)]
    public void Find_KnowsTheCopies_AndWhoMirrors(string name, bool mirrors) => Assert.Equal(mirrors, V1Trainer.Find(name)!.Mirrors);

    [Fact]
    public void Find_KnowsEveryTrainerOfTheOriginal() => Assert.All(OriginalTrainers.Names, static name => Assert.NotNull(V1Trainer.Find(name)));

    [Theory]
    [InlineData("nnUNetTrainer", true, "nnUNetTrainerV2")]
    [InlineData("nnUNetTrainerNoDA", false, "nnUNetTrainerV2")]
    [InlineData("nnUNetTrainerCascadeFullRes", true, "nnUNetTrainer")]
    public void TheFirstGenerationsTrainers_BuildTheStandardNetwork(string name, bool mirrors, string previous) =>
        Assert.Equal(new V1Trainer { Mirrors = mirrors, PreviousTrainer = previous, Regions = V1Trainer.Find("nnUNetTrainerV2")!.Regions }, V1Trainer.Find(name));

    [Theory]
    [InlineData("nnUNetTrainerV2_ep4000_nomirror", false)]
    [InlineData("MyTrainer", true)]
    public void Guess_TakesTheDefaults_AndWhatTheNameSaysOfMirroring(string name, bool mirrors)
    {
        Assert.Null(V1Trainer.Find(name));
        Assert.Equal(mirrors, V1Trainer.Guess(name).Mirrors);
    }

    private static Dictionary<string, ValueArray<long>> Plain() => new(StringComparer.Ordinal)
    {
        ["conv_blocks_context.0.blocks.0.conv.weight"] = [8, 2, 1, 3, 3],
        ["conv_blocks_context.0.blocks.0.instnorm.weight"] = [8],
        ["conv_blocks_context.0.blocks.1.conv.weight"] = [8, 8, 1, 3, 3],
        ["conv_blocks_context.1.blocks.0.conv.weight"] = [16, 8, 3, 3, 3],
        ["conv_blocks_context.2.0.blocks.0.conv.weight"] = [32, 16, 3, 3, 3],
        ["tu.0.weight"] = [32, 16, 2, 2, 2],
        ["tu.1.weight"] = [16, 8, 1, 2, 2],
        ["seg_outputs.0.weight"] = [3, 16, 1, 1, 1],
    };

    private static JsonObject Without(JsonObject arguments, int first)
    {
        foreach (string key in arguments.Select(static a => a.Key).Take(first).ToArray()) arguments.Remove(key);
        return arguments;
    }

    private static void AssertJson(string expected, JsonObject actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.ToJsonString())), actual.ToJsonString());
}
