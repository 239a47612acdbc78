using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Tests.Networks;
using TorchSharp;

namespace NnUNet.Torch.Tests.Inference;

public sealed class SlidingWindowTests : LeakCheckedTest
{
    [SkippableFact]
    public void Steps_OfAllGoldenImages_AreTheOriginals()
    {
        JsonArray golden = JsonNode.Parse(File.ReadAllText(TestData.Golden("sliding_window.json")))!["steps"]!.AsArray();

        Assert.Equal(62, golden.Count);
        Assert.All(golden, static g => Assert.Equal(
            g!["steps"]!.AsArray().Select(static s => Integers(s!)),
            SlidingWindow.Steps(Integers(g["patch_size"]!), Integers(g["image_size"]!), (double)g["step_size"]!)));
    }

    [Theory]
    [InlineData(31, 0.5)]
    [InlineData(64, 0)]
    [InlineData(64, 1.1)]
    public void Steps_ThatCannotBe_AreRefused(int image, double step) =>
        Assert.Throws<ArgumentException>(() => SlidingWindow.Steps([32], [image], step));

    [SkippableTheory]
    [InlineData("40x56x40")]
    [InlineData("20x24x16")]
    [InlineData("8x8x8")]
    [InlineData("56x40")]
    [InlineData("16x33")]
    [InlineData("7x9x11")]
    public void GaussianMap_IsTheOriginals(string size)
    {
        GoldenArray golden = GoldenArrays.Read("network/gaussian_maps.npz")[size];

        float[] map = SlidingWindow.GaussianMap([.. golden.Shape.Select(static n => (int)n)]);

        Golden.AssertClose(size, golden.Values, map, 1e-7);
        Golden.AssertClose(size + " relative", [.. golden.Values.Select(static _ => 1f)], [.. map.Zip(golden.Values, static (a, b) => a / b)], 1e-6);
    }

    [SkippableFact]
    public void GaussianMap_HasTheGoldenFacts()
    {
        JsonArray golden = JsonNode.Parse(File.ReadAllText(TestData.Golden("sliding_window.json")))!["gaussians"]!.AsArray();

        Assert.Equal(10, golden.Count);
        Assert.All(golden, static g =>
        {
            float[] map = SlidingWindow.GaussianMap(Integers(g!["patch_size"]!));
            Assert.Equal(1, map.Max());
            Assert.Equal(1, (double)g["min"]! / map.Min(), 1e-6);
            Assert.Equal(1, (double)g["sum_fp64"]! / map.Sum(static v => (double)v), 1e-6);
        });
    }

    [SkippableTheory]
    [InlineData("input", "softmax_notta", false, 1e-3)]
    [InlineData("input", "softmax_tta", true, 1e-3)] // stored as float16
    [InlineData("input_smaller_than_patch", "softmax_smaller_notta", false, 1e-3)]
    public void Predict_OfTheGoldenImages_GivesTheOriginalsProbabilities(string input, string output, bool mirror, double tolerance)
    {
        // Given the trained network and an image
        IReadOnlyDictionary<string, GoldenArray> golden = GoldenArrays.Read("network/tiled_prediction.npz");
        using SegmentationNetwork network = GoldenNetwork.Load();
        SlidingWindow window = new(network, new SlidingWindowOptions { Tile = [40, 56, 40], MirrorAxes = mirror ? [0, 1, 2] : [] });
        List<TileProgress> heard = [];

        // When it is predicted tile by tile
        MultiChannelArray<float> probabilities = window.Predict(Image(golden[input]), new Listener(heard));

        // Then the probabilities are the golden ones, and the progress ended at the last tile
        Assert.Equal(golden[output].Shape, (long[])[3, probabilities.Extent.Z, probabilities.Extent.Y, probabilities.Extent.X]);
        Golden.AssertClose(output, golden[output].Values, [.. Enumerable.Range(0, 3).SelectMany(c => probabilities[c])], tolerance);
        Assert.Equal(heard[^1].Total, heard[^1].Done);
        Assert.True(network.DeepSupervision);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 5)]
    [InlineData(2, 1)]
    [InlineData(2, 7)]
    public void Predict_WithANetworkThatSeesSingleVoxels_IsThatNetwork_HoweverTilesLie(int dimensions, int tilesAtOnce)
    {
        // Given an image that is smaller than a tile along one axis and larger along the others
        MultiChannelArray<float> image = new(2, new Extent(9, 5, 23));
        Fill(image);
        using PointwiseNetwork network = new(dimensions, 2);
        ValueArray<int> tile = dimensions == 3 ? [4, 8, 10] : [8, 10];
        SlidingWindow window = new(network, new SlidingWindowOptions
        {
            Tile = tile,
            MirrorAxes = dimensions == 3 ? [0, 2] : [1],
            BatchVoxels = tile.Aggregate(tilesAtOnce, static (product, n) => product * n),
        });

        // When it is predicted
        MultiChannelArray<float> probabilities = window.Predict(image);

        // Then each voxel has the probability that it has alone, and tiles went through the network together
        float[] expected = [.. image[0].Zip(image[1], static (a, b) => 1 / (1 + MathF.Exp(-a - b)))];
        Golden.AssertClose("first class", expected, probabilities[0], 1e-6);
        Golden.AssertClose("second class", [.. expected.Select(static p => 1 - p)], probabilities[1], 1e-6);
        Assert.Equal(tilesAtOnce, network.BatchSizes.Max());
    }

    [Theory]
    [InlineData(32, false, false, AveragedOutput.Logits)]
    [InlineData(32, true, false, AveragedOutput.Logits)]
    [InlineData(32, true, true, AveragedOutput.Logits)]
    [InlineData(32, true, true, AveragedOutput.Probabilities)]
    [InlineData(4, false, true, AveragedOutput.Probabilities)]
    public void Predict_WithLogitsMadePartByPart_IsThatOfAllAtOnce(int features, bool narrow, bool mirror, AveragedOutput averaged)
    {
        // Given
        using GenericUNet network = new(new GenericUNetArguments
        {
            InputChannels = 1,
            Classes = 21,
            BaseFeatures = features,
            MaxFeatures = 2 * features,
            PoolKernels = [[2, 2, 2]],
            ConvolutionKernels = [[3, 3, 3], [3, 3, 3]],
        })
        { ConvolutionType = narrow ? torch.ScalarType.BFloat16 : null };
        network.Initialize(3);
        MultiChannelArray<float> image = new(new Extent(21, 13, 19), SmallModel.Image(21, 13, 19).Voxels);
        SlidingWindowOptions options = new() { Tile = [8, 16, 12], MirrorAxes = mirror ? [0, 2] : [], BatchVoxels = 1, Outputs = OutputContract.V1 with { Averaged = averaged } };

        // When
        MultiChannelArray<float> whole = new SlidingWindow(network, options).Predict(image);
        MultiChannelArray<float> byParts = new SlidingWindow(network, options with { PartBytes = 3 * 16 * 12 * 21 * sizeof(float) }).Predict(image);

        // Then
        Assert.Contains(whole[5], static v => v != 0);
        Assert.All(Enumerable.Range(0, 21), k => Assert.Equal(whole[k], byParts[k]));
    }

    [Fact]
    public void Predict_TellsEachPassThroughANetwork_InOrderAndUpToTheTotal()
    {
        // Given three tiles, two of them at once, through two networks and mirrored two ways
        using PointwiseNetwork one = new(3, 1), other = new(3, 1);
        SlidingWindow window = new(new HeldNetworks([one, other]), new SlidingWindowOptions { Tile = [4, 4, 4], MirrorAxes = [0], BatchVoxels = 2 * 64 });
        List<TileProgress> heard = [];

        // When
        window.Predict(new MultiChannelArray<float>(1, new Extent(8, 4, 4)), new Listener(heard));

        // Then
        Assert.All(heard, static p => Assert.Equal(3, p.Total));
        Assert.Equal([0, 0, 0, 2, 2, 2, 2, 3], heard.Select(static p => p.Done));
        Assert.Equal([2, 4, 6, 8, 9, 10, 11, 12], heard.Select(static p => Math.Round(p.Share * 12, 9)));
    }

    [Fact]
    public void Predict_WhenCancelled_StopsAndLeavesTheNetworkAsItWas()
    {
        // Given a network in training
        using PointwiseNetwork network = new(3, 1);
        network.train();
        SlidingWindow window = new(network, new SlidingWindowOptions { Tile = [4, 4, 4], BatchVoxels = 1 });
        using CancellationTokenSource source = new();
        source.Cancel();

        // When the prediction is cancelled
        Assert.Throws<OperationCanceledException>(() => window.Predict(new MultiChannelArray<float>(1, new Extent(8, 8, 8)), cancel: source.Token));

        // Then the network is in training still
        Assert.True(network.training);
        Assert.True(network.DeepSupervision);
    }

    [Fact]
    public void Predict_WithAPreviousStage_IsThatOfItsOneHotChannels()
    {
        // Given labels of a previous stage, and the same as channels
        MultiChannelArray<float> image = new(2, new Extent(9, 5, 23));
        Fill(image);
        short[] labels = [.. Enumerable.Range(0, (int)image.Extent.Count).Select(static i => (short)(i / 11 % 4))];
        float[][] oneHot = [.. Enumerable.Range(1, 3).Select(label => Array.ConvertAll(labels, l => l == label ? 1f : 0f))];
        GenericUNetArguments arguments = new()
        {
            InputChannels = 5,
            Classes = 4,
            BaseFeatures = 4,
            MaxFeatures = 8,
            PoolKernels = [[1, 2, 2]],
            ConvolutionKernels = [[1, 3, 3], [3, 3, 3]],
        };
        using GenericUNet network = new(arguments);
        network.Initialize(3);
        SlidingWindow window = new(network, new SlidingWindowOptions { Tile = [4, 8, 8], MirrorAxes = [0, 2] });

        // When
        MultiChannelArray<float> asLabels = window.Predict(new PreprocessedCase(image, null, null!) { PreviousStage = labels });
        MultiChannelArray<float> asChannels = window.Predict(new MultiChannelArray<float>(image.Extent, [image[0], image[1], .. oneHot]));

        // Then
        Assert.All(Enumerable.Range(0, 4), k => Assert.Equal(asChannels[k], asLabels[k]));
    }

    [Fact]
    public void Predict_OfAnImageWithOtherChannels_IsRefused()
    {
        using PointwiseNetwork network = new(3, 2);
        SlidingWindow window = new(network, new SlidingWindowOptions { Tile = [4, 4, 4] });

        DescribedException fault = Assert.Throws<DescribedException>(() => window.Predict(new MultiChannelArray<float>(1, new Extent(8, 8, 8))));

        Assert.Equal("sliding window: the image has 1 channels, the network wants 2; give the channels that the model was trained with.", fault.Message);
    }

    [Fact]
    public void Options_WithSeveralFaults_TellThemAll()
    {
        using PointwiseNetwork network = new(3, 1);
        SlidingWindowOptions options = new() { Tile = [4, 4, 4], Step = 0, MirrorAxes = [0, 3] };

        DescribedException fault = Assert.Throws<DescribedException>(() => new SlidingWindow(network, options));

        Assert.Equal(
            "sliding window: the step is 0, but must be greater than 0 and at most 1; "
            + "the mirror axes are [0, 3], but must be different axes of the tile [4, 4, 4]; "
            + "use the plan's patch size and the network's mirror axes.",
            fault.Message);
    }

    [Fact]
    public void Options_HaveTheirDocumentedDefaults()
    {
        SlidingWindowOptions options = new() { Tile = [4, 4, 4] };

        Assert.Equal((0.5, true, 0, 0L), (options.Step, options.Gaussian, options.MirrorAxes.Count, options.BatchVoxels));
        Assert.Empty(options.Faults());
    }

    [Fact]
    public void Tile_ThatTheNetworkCannotHalve_IsRefused()
    {
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Description);

        DescribedException fault = Assert.Throws<DescribedException>(() => new SlidingWindow(network, new SlidingWindowOptions { Tile = [40, 56, 44] }));

        Assert.Contains("the tile [40, 56, 44] must be a multiple of [8, 8, 8]", fault.Message, StringComparison.Ordinal);
    }

    private static int[] Integers(JsonNode array) => [.. array.AsArray().Select(static v => (int)v!)];

    private static MultiChannelArray<float> Image(GoldenArray array) =>
        new(new Extent((int)array.Shape[1], (int)array.Shape[2], (int)array.Shape[3]), array.Values);

    private static void Fill(MultiChannelArray<float> image)
    {
        for (int c = 0; c < image.Channels; c++)
        {
            for (int i = 0; i < image[c].Length; i++) image[c][i] = MathF.Sin((i * 0.7f) + c);
        }
    }

    private sealed class Listener(List<TileProgress> heard) : IProgress<TileProgress>
    {
        public void Report(TileProgress value) => heard.Add(value);
    }
}
