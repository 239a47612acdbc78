using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Interop.V2;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Tests.Networks;
using NnUNet.Torch.Tests.Networks.V2;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

public sealed class PretrainedWeightsTests : LeakCheckedTest
{
    private static readonly GenericUNetArguments Small = GoldenNetwork.Arguments with { BaseFeatures = 4 };

    private readonly TemporaryFolder _folder = new();
    private readonly SegmentationNetwork _source;

    public PretrainedWeightsTests()
    {
        _source = Network(Small, seed: 1);
        Checkpoint.Save(_folder["fold_0/model_final_checkpoint.safetensors"], _source, null, new { epoch = 1 });
    }

    [Fact]
    public void TheSameNetwork_TakesEverything()
    {
        using SegmentationNetwork network = Network(Small, seed: 2);

        IReadOnlyList<string> report = PretrainedWeights.Load(PretrainedWeights.Find(_folder["fold_0"]), network);

        Assert.Single(report);
        Assert.StartsWith("pretrained weights: 62 of 62 arrays are taken from", report[0], StringComparison.Ordinal);
        Assert.Equal(Values(_source), Values(network));
    }

    [Fact]
    public void OtherClassesAndChannels_KeepTheirFreshLayers_AndAreTold()
    {
        using SegmentationNetwork network = Network(Small with { Classes = 5, InputChannels = 2 }, seed: 2);
        float[] first = ValuesOf(network, "conv_blocks_context.0.blocks.0.conv.weight");

        IReadOnlyList<string> report = PretrainedWeights.Load(_folder["fold_0/model_final_checkpoint.safetensors"], network);

        Assert.StartsWith("pretrained weights: 58 of 62 arrays", report[0], StringComparison.Ordinal);
        Assert.Contains("4 arrays keep their fresh weights, since they have another shape: ", report[1], StringComparison.Ordinal);
        Assert.Contains("conv_blocks_context.0.blocks.0.conv.weight [4, 1, 3, 3, 3], here [4, 2, 3, 3, 3] (other channels)", report[1], StringComparison.Ordinal);
        Assert.Contains("seg_outputs.0.weight [3, 16, 1, 1, 1], here [5, 16, 1, 1, 1] (other classes)", report[1], StringComparison.Ordinal);
        Assert.Equal(first, ValuesOf(network, "conv_blocks_context.0.blocks.0.conv.weight"));
        Assert.Equal(ValuesOf(_source, "conv_blocks_context.0.blocks.1.conv.weight"), ValuesOf(network, "conv_blocks_context.0.blocks.1.conv.weight"));
    }

    [Fact]
    public void ANetworkOfWhichNothingFits_IsRefused()
    {
        using SegmentationNetwork network = Network(Small with { BaseFeatures = 6 }, seed: 2);
        float[][] before = Values(network);

        DescribedException error = Assert.Throws<DescribedException>(() => PretrainedWeights.Load(_folder["fold_0/model_final_checkpoint.safetensors"], network));

        Assert.Contains("none of its 62 arrays is a layer of this network", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Values(network));
    }

    [Fact]
    public void APathThatIsNothing_IsRefused()
    {
        DescribedException error = Assert.Throws<DescribedException>(() => PretrainedWeights.Find(_folder["nowhere"]));

        Assert.Contains("there is no such file or folder; name a checkpoint, a fold's folder or a model's folder", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void TheOriginalsModel_IsTaken()
    {
        // Given the golden model as the Python original wrote it
        using TemporaryFolder folder = new();
        System.IO.Compression.ZipFile.ExtractToDirectory(Directory.EnumerateFiles(TestData.Golden("model"), "*.zip").First(), folder.Root);
        string checkpoint = Directory.EnumerateFiles(folder.Root, "model_final_checkpoint.model", SearchOption.AllDirectories).First();
        using SegmentationNetwork network = Network(GoldenNetwork.Arguments with { Classes = 4 }, seed: 2);

        // When a network of another number of classes takes it from its fold's folder
        IReadOnlyList<string> report = PretrainedWeights.Load(PretrainedWeights.Find(Path.GetDirectoryName(checkpoint)!), network);

        // Then all but the output layers fits
        Assert.StartsWith("pretrained weights: 59 of 62 arrays", report[0], StringComparison.Ordinal);
        Assert.Contains("3 arrays keep their fresh weights", report[1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public void ACheckpointOfVersion2_IsTakenByItsOwnNetwork_ButForTheLogits()
    {
        // Given the network of a model of version 2, for other classes
        string checkpoint = GoldenNetworksOfVersion2.Checkpoint("plain_3d");
        using V2StateDict file = V2StateDict.Open(checkpoint);
        JsonObject architecture = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(GoldenNetworksOfVersion2.Folder("plain_3d"), "plans.json")))!["configurations"]!["3d_fullres"]!["architecture"]!["arch_kwargs"]!;
        using SegmentationNetwork network = NetworkFactory.Create(V2Network.Describe("plans", "PlainConvUNet", architecture, 1, 3, []));
        network.Initialize(2);
        float[] logits = ValuesOf(network, "decoder.seg_layers.2.weight");

        // When it takes the checkpoint from its fold's folder
        IReadOnlyList<string> report = PretrainedWeights.Load(PretrainedWeights.Find(Path.GetDirectoryName(checkpoint)!), network);

        // Then everything is taken but the layers that make the logits
        Assert.StartsWith("pretrained weights: 62 of 68 arrays are taken from", report[0], StringComparison.Ordinal);
        Assert.Contains("6 arrays keep their fresh weights, since those of nnU-Net v2 that make the logits are never taken: decoder.seg_layers.", Assert.Single(report.Skip(1)), StringComparison.Ordinal);
        Assert.Equal(file.Tensors[0].Value.ReadFloat32(), ValuesOf(network, file.Tensors[0].Key));
        Assert.Equal(logits, ValuesOf(network, "decoder.seg_layers.2.weight"));
    }

    [SkippableFact]
    public void ACheckpointOfVersion2sPlainNetwork_IsTakenByVersion1s_WhichHasTheSameLayers()
    {
        // Given version 1's network of the same size
        using V2StateDict file = V2StateDict.Open(GoldenNetworksOfVersion2.Checkpoint("plain_3d"));
        using SegmentationNetwork network = Network(GoldenNetwork.Arguments with { BaseFeatures = 16 }, seed: 2);

        // When it takes the checkpoint
        IReadOnlyList<string> report = PretrainedWeights.Load(GoldenNetworksOfVersion2.Checkpoint("plain_3d"), network);

        // Then all but the logits is taken, and the biases that version 1 has not are told
        Assert.StartsWith("pretrained weights: 59 of 62 arrays are taken from", report[0], StringComparison.Ordinal);
        Assert.Contains(report, static line => line.Contains("decoder.transpconvs.0.bias", StringComparison.Ordinal));
        Dictionary<string, float[]> values = file.Tensors.ToDictionary(static t => t.Key, static t => t.Value.ReadFloat32());
        Assert.Equal(values["encoder.stages.3.0.convs.1.conv.weight"], ValuesOf(network, "conv_blocks_context.3.1.blocks.0.conv.weight"));
        Assert.Equal(values["decoder.stages.2.convs.1.norm.bias"], ValuesOf(network, "conv_blocks_localization.2.1.blocks.0.instnorm.bias"));
        Assert.Equal(values["decoder.transpconvs.1.weight"], ValuesOf(network, "tu.1.weight"));
    }

    [SkippableFact]
    public void ACheckpointOfVersion2_OfWhichNothingFits_IsRefusedWithWhatDiffers()
    {
        using SegmentationNetwork network = Network(Small, seed: 2);

        DescribedException error = Assert.Throws<DescribedException>(() => PretrainedWeights.Load(GoldenNetworksOfVersion2.Checkpoint("plain_3d"), network));

        Assert.Contains("conv_blocks_localization.0.0.blocks.0.conv.weight [64, 128, 3, 3, 3], here [16, 32, 3, 3, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATrainingThatBeginsWithThem_RemembersIt()
    {
        using ToyTask toy = new();
        using ToyTask other = new();
        TrainingRun.Execute(toy.Options with { Epochs = 1 });
        List<string> notices = [];

        TrainingRun.Execute(other.Options with { Epochs = 1, PretrainedWeights = toy.ModelPath }, new Watch(p => notices.Add(p.Text)));
        TrainingRun.Execute(other.Options with { Continue = true, Epochs = null, Iterations = null });

        Assert.Contains(notices, static n => n.StartsWith("pretrained weights: 44 of 44 arrays", StringComparison.Ordinal));
        Assert.Equal(Path.Combine(toy.FoldPath, ModelFolder.FinalCheckpoint + ".safetensors"), TrainingRunTests.Final(other).Settings.PretrainedWeights);
    }

    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        _folder.Dispose();
        base.Dispose(disposing);
    }

    private static SegmentationNetwork Network(GenericUNetArguments arguments, ulong seed)
    {
        SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Describe(arguments));
        network.Initialize(seed);
        return network;
    }

    private static float[][] Values(SegmentationNetwork network) => [.. network.parameters().Select(static p => p.data<float>().ToArray())];

    private static float[] ValuesOf(SegmentationNetwork network, string name) => network.get_parameter(name)!.data<float>().ToArray();
}
