using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Interop.V2;
using NnUNet.Interop.V2.Export;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Networks.V2;

/// <summary>Networks that are trained here to version 2's files and back: its class computes the same function.</summary>
public sealed class V2RoundTripTests : LeakCheckedTest
{
    [Theory]
    [InlineData("nnUNetTrainerV2", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2", 2, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_BN", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_NoNormalization", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_ReLU", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_GeLU", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_Mish", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_LReLU_slope_2en1", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_lReLU_convReLUIN", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_lReLU_biasInSegOutput", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_3ConvPerStage", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_PlainConvUNet", 3, "PlainConvUNet")]
    [InlineData("nnUNetTrainerV2_ResidualEncoderUNet", 3, "ResidualEncoderUNet")]
    [InlineData("nnUNetTrainerV2_ResidualEncoderUNet", 2, "ResidualEncoderUNet")]
    public void Export_AndOpen_BuildsTheSameFunction(string trainer, int dimensions, string className)
    {
        // Given a network of a trainer
        using TemporaryFolder folder = new();
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(trainer);
        Plan plan = TinyPlan.For(recipe.Network, dimensions);
        NetworkDescription description = recipe.DescribeNetwork(plan, 0);
        using SegmentationNetwork network = NetworkFactory.Create(description);
        network.Initialize(7);
        ConfigurationPlan stage = plan.PlansPerStage[0] with { DoDummy2DDataAug = dimensions == 3 };
        ProductJson.Write(folder["ours/plans.json"], plan with { Network = description, PlansPerStage = new() { [0] = stage } });
        Checkpoint.Save(folder["ours/fold_0/model_final_checkpoint.safetensors"], network, null, new { epoch = 1 });

        // When it is exported, and version 2's network is built from what was written
        V2ExportReport report = V2Exporter.Export(ModelFolder.Open(folder["ours"]), folder["python"]);
        JsonObject plans = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(report.Folder, "plans.json")))!;
        JsonNode architecture = plans["configurations"]!.AsObject().Single().Value!["architecture"]!;
        V2StateDict checkpoint = V2StateDict.Open(Path.Combine(report.Folder, "fold_0", V2StateDict.FinalName));
        using StoredWeights weights = checkpoint.Weights();
        V2Network found = V2Network.Of("plans.json", (string)architecture["network_class_name"]!, (JsonObject)architecture["arch_kwargs"]!, checkpoint, 2, 3, checkpoint.MirrorAxes);
        using SegmentationNetwork read = NetworkFactory.Create(found.Description);
        NetworkWeights.Load("exported", read, [.. weights.Weights.Select(static w => new NamedWeight(w.Name, w.Shape, w.Read))]);

        // Then it gives the same logits but for the order of sums in larger kernels
        Assert.Equal(className, found.Description.Name);
        Assert.Empty(found.Warnings);
        Assert.Equal(description.MirrorAxes, checkpoint.MirrorAxes);
        Golden.AssertClose(trainer, Output(network, dimensions), Output(read, dimensions), 1e-4);
    }

    private static float[] Output(SegmentationNetwork network, int dimensions)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        network.eval();
        using Generator generator = new(3);
        Tensor image = randn(dimensions == 3 ? [1, network.InputChannels, 8, 16, 16] : [1, network.InputChannels, 16, 16], generator: generator);
        return network.call(image)[0].data<float>().ToArray();
    }
}
