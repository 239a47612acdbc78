using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Torch.Tests.Inference;

public sealed class MemoryCeilingTests : LeakCheckedTest
{
    [Theory]
    [InlineData(9, 5, 23, 0.5)]
    [InlineData(31, 20, 17, 0.5)]
    [InlineData(31, 20, 17, 1)]
    [InlineData(3, 9, 9, 0.3)]
    public void ProbabilitiesInAFile_AreThoseInMemory_AsFloat16(int z, int y, int x, double step)
    {
        // Given
        using TemporaryFolder folder = new();
        using GenericUNet network = new(new GenericUNetArguments
        {
            InputChannels = 1,
            Classes = 3,
            BaseFeatures = 4,
            MaxFeatures = 8,
            PoolKernels = [[2, 2, 2]],
            ConvolutionKernels = [[3, 3, 3], [3, 3, 3]],
        });
        network.Initialize(3);
        PreprocessedCase image = new(new MultiChannelArray<float>(new Extent(z, y, x), SmallModel.Image(z, y, x).Voxels), null, null!);
        SlidingWindow window = new(network, new SlidingWindowOptions { Tile = [8, 8, 8], MirrorAxes = [0, 2], Step = step });

        // When
        MultiChannelArray<float> inMemory = window.Predict(image);
        using CasePrediction inFile = window.Predict(image, folder.Root, labels: null, null, CancellationToken.None);

        // Then
        Assert.Null(inFile.InMemory);
        Assert.All(Enumerable.Range(0, 3), k => Assert.Equal(inMemory[k].Select(static v => (float)(Half)v), Whole(inFile.Maps, k)));
    }

    [Fact]
    public void Run_WithLittleMemory_PutsProbabilitiesIntoAFileAndPredictsTheSame()
    {
        // Given
        using SmallModel model = new(folds: 2);
        using TemporaryFolder folder = new();
        Write(folder, "a", "b");
        CaseMemory memory = MemoryOf(model);
        List<PredictProgress> heard = [];

        // When
        PredictRun.Run(model.Folder, folder["in"], folder["free"], new PredictRunOptions { SaveProbabilities = true });
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], WithMemory(memory.InMemory - 1), new Hears(heard));

        // Then
        Assert.Equal(["a", "b"], report.Predicted);
        AssertSameButForTies(folder, "a");
        AssertSameButForTies(folder, "b");
        Assert.Equal(["a.nii.gz", "b.nii.gz", "plans.json"], Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([memory.InFile, memory.InFile], heard.Where(static p => p.ExpectedBytes > 0).Select(static p => p.ExpectedBytes));
        Assert.All(heard.Where(static p => p.ExpectedBytes > 0), p => Assert.Equal(memory.FileBytes, p.ExpectedFileBytes));
    }

    [Fact]
    public void Run_WithMemoryForOneCase_StartsEachWhenTheOneBeforeIsWritten()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a", "b", "c");
        List<PredictProgress> heard = [];
        PredictRunOptions options = WithMemory(MemoryOf(model).InMemory) with { PreprocessingThreads = 3, ExportThreads = 2 };

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], options, new Hears(heard));

        // Then
        Assert.Equal(3, report.Predicted.Count);
        Assert.Equal(
            [true, false, true, false, true, false],
            heard.Where(static p => p.ExpectedBytes > 0 || p is { Stage: PredictStage.Export, Share: 1 }).Select(static p => p.ExpectedBytes > 0));
    }

    [Fact]
    public void Run_WithTooLittleMemory_SaysHowMuchTheCaseNeeds()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        Write(folder, "a");

        // When
        PredictReport report = PredictRun.Run(model.Folder, folder["in"], folder["out"], WithMemory(1000));

        // Then
        PredictFailure failure = Assert.Single(report.Failures);
        Assert.Equal("a", failure.CaseId);
        Assert.Contains("GB of memory even with its probabilities in a file, but 0.00 GB may be used; allow more (--max-ram 0.", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(["plans.json"], Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Segmenter_WithLittleMemory_PredictsTheSameAndRefusesWhatCannotFit()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        PredictOptions little = new() { MaxRamBytes = MemoryOf(model).InMemory - 1, TemporaryFolder = folder.Root };
        using Segmenter free = Segmenter.Load(model.Folder);
        using Segmenter tight = Segmenter.Load(model.Folder, little);
        using Segmenter none = Segmenter.Load(model.Folder, little with { MaxRamBytes = 1000 });

        // When
        short[] labels = tight.Predict(Image()).Segmentation.Voxels;
        DescribedException refused = Assert.Throws<DescribedException>(() => none.Predict(Image()));

        // Then
        Assert.Equal(free.Predict(Image()).Segmentation.Voxels, labels);
        Assert.Contains("GB of memory even with its probabilities in a file", refused.What, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Root));
    }

    [Fact]
    public void TheEstimate_GrowsWithImageAndClassesOnlyWhereItMust()
    {
        // Given
        using SmallModel model = new();
        ModelFolder small = ModelFolder.Open(model.Folder);

        // When
        CaseMemory one = CaseMemory.Of(small.Contract, new Extent(100, 100, 100), new Spacing(1, 1, 1), new PredictOptions(), saveProbabilities: false);
        CaseMemory eight = CaseMemory.Of(small.Contract, new Extent(200, 200, 200), new Spacing(1, 1, 1), new PredictOptions(), saveProbabilities: false);

        // Then
        Assert.True(one.InFile <= one.InMemory && eight.InFile <= eight.InMemory);
        Assert.Equal(3 * 2 * 50 * 50 * 50, one.FileBytes);
        Assert.Equal(8 * one.FileBytes, eight.FileBytes);
    }

    [Theory]
    [InlineData(2, PredictMode.Normal)]
    [InlineData(1, PredictMode.Fast)]
    [InlineData(1, PredictMode.Fastest)]
    public void WhereOnlyLabelsAreNeeded_SlicesAreDecidedOneAfterTheOther_AsOfAllProbabilities(double spacing, PredictMode mode)
    {
        // Given
        using SmallModel model = new(folds: 2);
        Volume<float> image = WithABall(new Extent(40, 22, 19), ImageGeometry.Identity with { ItkSpacing = [spacing, spacing, spacing] });
        PredictOptions options = new() { Mode = mode };
        CaseMemory memory = CaseMemory.Of(ModelFolder.Open(model.Folder).Contract, image.Extent, image.Geometry, options, saveProbabilities: false);
        using Segmenter slices = Segmenter.Load(model.Folder, options), whole = Segmenter.Load(model.Folder, options with { KeepProbabilities = true });

        // When
        SegmentationResult all = whole.Predict(image);
        short[] labels = slices.Predict(image).Segmentation.Voxels;

        // Then
        Assert.Equal(OutputPlace.Labels, memory.PlaceOf("image", 0));
        Assert.True(memory.OnlyLabels < memory.InMemory);
        Assert.Equal(3, all.Segmentation.Voxels.Distinct().Count());
        Assert.Equal(all.Segmentation.Voxels, labels);
    }

    /// <summary>Waves around a bright ball, of which the untrained network says several labels.</summary>
    private static Volume<float> WithABall(Extent extent, ImageGeometry geometry)
    {
        Volume<float> image = new(extent, geometry);
        for (int i = 0; i < image.Voxels.Length; i++)
        {
            double u = (double)(i / extent.SliceCount) / extent.Z, v = (double)(i / extent.X % extent.Y) / extent.Y, w = (double)(i % extent.X) / extent.X;
            double ball = Math.Exp(-8 * (((u - 0.5) * (u - 0.5)) + ((v - 0.5) * (v - 0.5)) + ((w - 0.4) * (w - 0.4))));
            image.Voxels[i] = (float)(100 + (50 * (Math.Sin(7 * u) + Math.Cos((11 * v) + (5 * w)) + (2 * ball))));
        }

        return image;
    }

    private static Volume<float> Image(int seed = 0) => SmallModel.Image(40, seed: seed);

    private static CaseMemory MemoryOf(SmallModel model) =>
        CaseMemory.Of(ModelFolder.Open(model.Folder).Contract, Image().Extent, new Spacing(1, 1, 1), new PredictOptions(), saveProbabilities: false);

    private static PredictRunOptions WithMemory(long bytes) => new() { Predict = new PredictOptions { MaxRamBytes = bytes } };

    /// <summary>The file holds float16, so of two probabilities that are one number there the lower label wins; on which voxels that happens depends on the processor.</summary>
    private static void AssertSameButForTies(TemporaryFolder folder, string caseId)
    {
        short[] free = ImageFile.ReadLabels(folder[$"free/{caseId}.nii.gz"]).Voxels, bounded = ImageFile.ReadLabels(folder[$"out/{caseId}.nii.gz"]).Voxels;
        Half[] saved = NpzFile.Read(folder[$"free/{caseId}.npz"])["softmax"].ToArray<Half>();
        Assert.Equal(3 * free.Length, saved.Length);
        Assert.All(
            Enumerable.Range(0, free.Length).Where(i => free[i] != bounded[i]),
            i => Assert.Equal(saved[(free[i] * free.Length) + i], saved[(bounded[i] * free.Length) + i]));
    }

    private static float[] Whole(ProbabilityMaps maps, int k) =>
        maps.Rows(k, new RowBlock(0, maps.Extent.Z, 0, maps.Extent.Y), new float[maps.Extent.Count], out _).ToArray();

    private static void Write(TemporaryFolder folder, params string[] cases)
    {
        for (int i = 0; i < cases.Length; i++) ImageFile.WriteVolume(folder[$"in/{cases[i]}_0000.nii.gz"], Image(31 * i));
    }

    private sealed class Hears(List<PredictProgress> heard) : IProgress<PredictProgress>
    {
        public void Report(PredictProgress value)
        {
            lock (heard) heard.Add(value);
        }
    }
}
