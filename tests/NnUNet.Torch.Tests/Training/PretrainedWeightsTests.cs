using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Tests.Networks;
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
