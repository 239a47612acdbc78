using System.Text.Json.Nodes;
using NnUNet.Core.Ensembling;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Inference;

public sealed class RegionModelTests : LeakCheckedTest
{
    private static readonly Extent Tile = new(8, 8, 8);

    public RegionModelTests() => CatalogAssemblies.Add(typeof(RegionModelTests).Assembly);

    [Fact]
    public void Predict_AFormatOfLogitsAndRegions_IsWhatThePlainTwinSays()
    {
        // Given two folds, and an image of one tile
        using SmallModel model = Regions(folds: 2);
        Volume<float> image = new(SmallModel.Image(8, 8, 8).Voxels, Tile, ImageGeometry.FromSpacing(new Spacing(2, 2, 2)));

        // When
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { KeepProbabilities = true, Mirror = false, Precision = ComputePrecision.Float32 });
        SegmentationResult result = segmenter.Predict(image);

        // Then
        float[][] logits = MeanLogits(model, CasePreprocessor.Run([image], null, [], segmenter.Model.Contract.Preprocessing).Data[0]);
        Assert.Equal("regions of a test", segmenter.Model.Format.Title);
        for (int k = 0; k < 3; k++) Golden.AssertClose($"output {k}", logits[k], result.Probabilities![k], 1e-5);
        Assert.Equal(Painted(result.Probabilities!, RegionModelFormat.Order), result.Segmentation.Voxels);
        Assert.Contains(result.Segmentation.Voxels, static label => label > 0);
    }

    [Fact]
    public void SlidingWindow_MirroredLogits_AreTheirMean()
    {
        // Given
        using SmallModel model = new();
        using SegmentationNetwork network = NetworkFactory.Create(model.Network);
        network.Initialize(5);
        MultiChannelArray<float> image = new(Tile, [.. Enumerable.Range(0, 512).Select(static i => MathF.Sin(i))]);
        SlidingWindowOptions options = new() { Tile = [8, 8, 8], MirrorAxes = [2], Outputs = new OutputContract(OutputActivation.Softmax, AveragedOutput.Logits), GaussianPeak = 10 };

        // When
        MultiChannelArray<float> logits = new SlidingWindow(network, options).Predict(image);

        // Then
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        network.eval();
        network.DeepSupervision = false;
        Tensor input = tensor(image[0]).reshape(1, 1, 8, 8, 8);
        Tensor mean = (network.call(input)[0] + network.call(input.flip(4))[0].flip(4)) / 2;
        for (int k = 0; k < 3; k++) Golden.AssertClose($"class {k}", mean[0][k].flatten().data<float>().ToArray(), logits[k], 1e-5);
    }

    [Theory]
    [InlineData(OutputActivation.Sigmoid, AveragedOutput.Probabilities)]
    [InlineData(OutputActivation.Sigmoid, AveragedOutput.Logits)]
    [InlineData(OutputActivation.Softmax, AveragedOutput.Probabilities)]
    public void SlidingWindow_OutputsThatLieFeaturesLast_AreReadInTheirOrder(OutputActivation activation, AveragedOutput averaged)
    {
        // Given two networks that say the same, and leave it in different orders
        using PointwiseNetwork plain = new(3, 1);
        using PointwiseNetwork last = new(3, 1) { FeaturesLast = true };
        MultiChannelArray<float> image = new(Tile, [.. Enumerable.Range(0, 512).Select(static i => MathF.Sin(i))]);
        SlidingWindowOptions options = new() { Tile = [8, 8, 8], MirrorAxes = [], Outputs = new OutputContract(activation, averaged) };

        // When
        MultiChannelArray<float> expected = new SlidingWindow(plain, options).Predict(image), outputs = new SlidingWindow(last, options).Predict(image);

        // Then
        Assert.Equal(expected[0], outputs[0]);
        Assert.Equal(expected[1], outputs[1]);
    }

    [Fact]
    public void RegionsOfTwoRuns_WrittenAsProbabilities_AreEnsembledAsRegions()
    {
        // Given an image that is resampled
        using SmallModel model = Regions(folds: 1);
        using TemporaryFolder folder = new();
        ImageFile.WriteVolume(folder["in/a_0000.nii.gz"], SmallModel.Image());

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["out"], new PredictRunOptions { SaveProbabilities = true });
        FolderEnsemble.Merge([folder["out"], folder["out"]], folder["merged"]);

        // Then
        float[] probabilities = [.. NpzFile.Read(folder["out/a.npz"])["softmax"].ToArray<Half>().Select(static h => (float)h)];
        Volume<short> predicted = ImageFile.ReadLabels(folder["out/a.nii.gz"]), merged = ImageFile.ReadLabels(folder["merged/a.nii.gz"]);
        Assert.All(probabilities, static p => Assert.InRange(p, 0, 1));
        Assert.Equal([3, 1, 2], JsonNode.Parse(File.ReadAllText(folder["out/a.json"]))!["regions_class_order"]!.AsArray().Select(static n => (int)n!));
        Assert.InRange(predicted.Voxels.Zip(merged.Voxels).Count(static p => p.First != p.Second), 0, predicted.Voxels.Length / 200); // float16 may move a voxel over one half
        Assert.Contains((short)2, predicted.Voxels);
    }

    [Fact]
    public void Open_AContractThatContradictsItself_IsRefusedWithAllFaults()
    {
        // Given
        using SmallModel model = new();
        ModelContract contract = ModelFolder.Open(model.Folder).Contract;

        // When
        DescribedException error = Assert.Throws<DescribedException>(() => (contract with
        {
            Labels = contract.Labels with { RegionsClassOrder = [1, 2, 3] },
            Tiles = contract.Tiles with { GaussianPeak = 0 },
            Preprocessing = contract.Preprocessing with { Steps = [CaseStep.Resample] },
        }).Checked("plans.json"));

        // Then
        Assert.Contains("the steps are", error.What, StringComparison.Ordinal);
        Assert.Contains("the tile's middle counts 0", error.What, StringComparison.Ordinal);
        Assert.Contains("the outputs are regions, but their probabilities are made by Softmax", error.What, StringComparison.Ordinal);
    }

    private static SmallModel Regions(int folds)
    {
        SmallModel model = new(folds);
        File.Move(Path.Combine(model.Folder, "plans.json"), Path.Combine(model.Folder, "regions.json"));
        return model;
    }

    private static float[][] MeanLogits(SmallModel model, float[] tile)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = tensor(tile).reshape(1, 1, 8, 8, 8), sum = zeros([3, 8, 8, 8]);
        for (int fold = 0; fold < 2; fold++)
        {
            using SegmentationNetwork network = NetworkFactory.Create(model.Network);
            WeightFile.Load(Path.Combine(model.Folder, $"fold_{fold}", "model_final_checkpoint.safetensors"), network);
            network.eval();
            network.DeepSupervision = false;
            sum += network.call(input)[0][0];
        }

        return [.. Enumerable.Range(0, 3).Select(k => (sum[k] / 2).flatten().data<float>().ToArray())];
    }

    private static short[] Painted(MultiChannelArray<float> logits, ValueArray<int> order)
    {
        short[] labels = new short[logits.Extent.Count];
        for (int k = 0; k < order.Count; k++)
        {
            for (int i = 0; i < labels.Length; i++)
            {
                if (logits[k][i] > 0) labels[i] = (short)order[k];
            }
        }

        return labels;
    }
}
