using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>Networks of the original's trainers to Python's files and back: what the weights and the trainer's name tell builds the same function.</summary>
public sealed class V1RoundTripTests : LeakCheckedTest
{
    [Theory]
    [InlineData("nnUNetTrainerV2")]
    [InlineData("nnUNetTrainerV2_GN")]
    [InlineData("nnUNetTrainerV2_BN")]
    [InlineData("nnUNetTrainerV2_FRN")]
    [InlineData("nnUNetTrainerV2_NoNormalization")]
    [InlineData("nnUNetTrainerV2_GeLU")]
    [InlineData("nnUNetTrainerV2_Mish")]
    [InlineData("nnUNetTrainerV2_ReLU")]
    [InlineData("nnUNetTrainerV2_LReLU_slope_2en1")]
    [InlineData("nnUNetTrainerV2_ReLU_convReLUIN")]
    [InlineData("nnUNetTrainerV2_lReLU_convReLUIN")]
    [InlineData("nnUNetTrainerV2_ReLU_biasInSegOutput")]
    [InlineData("nnUNetTrainerV2_lReLU_biasInSegOutput")]
    [InlineData("nnUNetTrainerV2_3ConvPerStage")]
    [InlineData("nnUNetTrainerV2_allConv3x3")]
    [InlineData("nnUNetTrainerV2_ResencUNet")]
    [InlineData("nnUNetTrainerV2_noMirroring")]
    [InlineData("nnUNetTrainerV2CascadeFullRes")]
    [InlineData("nnUNetTrainerV2_momentum09in2D")]
    [InlineData("nnUNetTrainerV2_fp16")]
    [InlineData("nnUNetTrainer")]
    [InlineData("nnUNetTrainerNoDA")]
    [InlineData("nnUNetTrainerCascadeFullRes")]
    public void Export_AndOpen_BuildsTheSameFunction(string trainer)
    {
        // Given
        using TemporaryFolder folder = new();
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(trainer);
        Plan plan = TinyPlan.For(recipe.Network, 3);
        NetworkDescription description = recipe.DescribeNetwork(plan, 0);
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(7);
        ProductJson.Write(folder["ours/plans.json"], plan with { Network = description });
        Checkpoint.Save(folder["ours/fold_0/model_final_checkpoint.safetensors"], network, null, new { epoch = 1 });

        // When
        V1ExportReport report = V1Exporter.Export(ModelFolder.Open(folder["ours"]), folder["python"], trainer);
        ModelFolder model = ModelFolder.Open(folder["python"]);
        using SegmentationNetwork read = NetworkFactory.Create(model.Network);
        WeightFile.Load(model.CheckpointPath("0"), read);

        // Then
        Assert.Empty(report.Warnings);
        Assert.Empty(model.Warnings);
        Assert.Equal(description.MirrorAxes, model.Network.MirrorAxes);
        Assert.Equal(Output(network), Output(read));
    }

    private static float[] Output(SegmentationNetwork network)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        network.eval();
        using Generator generator = new(3);
        Tensor image = randn([1, network.InputChannels, 8, 16, 16], generator: generator);
        return network.call(image)[0].data<float>().ToArray();
    }
}
