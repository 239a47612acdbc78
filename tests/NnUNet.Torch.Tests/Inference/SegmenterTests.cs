using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Training;
using TorchSharp;

namespace NnUNet.Torch.Tests.Inference;

public sealed class SegmenterTests : LeakCheckedTest
{
    [Fact]
    public void Predict_AnImage_ComesBackOnItsOwnGrid()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        Volume<float> image = SmallModel.Image();

        // When
        SegmentationResult result = segmenter.Predict(image);

        // Then
        Assert.Equal(image.Extent, result.Segmentation.Extent);
        Assert.Equal(image.Geometry, result.Segmentation.Geometry);
        Assert.Null(result.Probabilities);
        Assert.All(result.Segmentation.Voxels, static label => Assert.InRange(label, 0, 2));
    }

    [Fact]
    public void Predict_WhereNotAllFoldsMayStayInMemory_GivesTheSameNumbersWithOneNetworkAtATime()
    {
        // Given a model of three folds, chosen with much memory and with hardly more than its weights take
        using SmallModel model = new(folds: 3);
        Volume<float> image = SmallModel.Image();
        PredictOptions options = new() { KeepProbabilities = true };
        ChosenModel all = ChosenModel.Open(model.Folder, options), few;
        using (MemoryLimit.Set(2 * all.CheckpointBytes)) few = ChosenModel.Open(model.Folder, options);

        // When
        using Segmenter held = Segmenter.Load(all, options), turning = Segmenter.Load(few, options);
        long live = turning.LiveTensors;
        SegmentationResult expected = held.Predict(image), first = turning.Predict(image), second = turning.Predict(image);

        // Then
        Assert.True(all.KeepsAllFolds);
        Assert.False(few.KeepsAllFolds);
        Assert.Equal(all.CheckpointBytes, 3 * few.CheckpointBytes);
        Assert.Equal(3, few.Folds.Count);
        Assert.Equal(live, turning.LiveTensors);
        foreach (SegmentationResult result in (SegmentationResult[])[first, second])
        {
            Assert.Equal(expected.Segmentation.Voxels, result.Segmentation.Voxels);
            for (int k = 0; k < 3; k++) Assert.Equal(expected.Probabilities![k], result.Probabilities![k]);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Predict_AVoxelThatIsNotFinite_CountsAsZeroWithAWarning(float value)
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        Volume<float> image = SmallModel.Image(), zero = SmallModel.Image();
        (image.Voxels[2000], zero.Voxels[2000]) = (value, 0);

        // When
        SegmentationResult result = segmenter.Predict(image);

        // Then
        Assert.Equal(segmenter.Predict(zero).Segmentation.Voxels, result.Segmentation.Voxels);
        Assert.Equal("image", Assert.Single(result.Warnings).Where);
        Assert.StartsWith("1 voxel is ", result.Warnings[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_WhatCannotBeTold_IsRefused()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder), strict = Segmenter.Load(model.Folder, new PredictOptions { StrictInput = true });
        Volume<float> odd = SmallModel.Image(), none = SmallModel.Image();
        odd.Voxels[2000] = float.PositiveInfinity;
        none.Voxels.AsSpan().Fill(float.NaN);

        // When
        DescribedException array = Assert.ThrowsAny<DescribedException>(() => segmenter.Predict(odd.Voxels, odd.Extent, odd.Geometry.Spacing));
        DescribedException asked = Assert.ThrowsAny<DescribedException>(() => strict.Predict(odd));
        DescribedException nothing = Assert.ThrowsAny<DescribedException>(() => segmenter.Predict(none));
        DescribedException far = Assert.ThrowsAny<DescribedException>(() => segmenter.Predict(odd.WithGeometry(ImageGeometry.FromSpacing(new Spacing(1000, 1000, 1000)))));

        // Then
        Assert.Contains("1 voxel is infinite", array.What, StringComparison.Ordinal);
        Assert.Contains("1 voxel is infinite", asked.What, StringComparison.Ordinal);
        Assert.Contains($"{none.Voxels.Length} voxels are not a number (NaN), and there is nothing else", nothing.What, StringComparison.Ordinal);
        Assert.Contains("at (1000, 1000, 1000) mm", far.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_WithWeightsThatAreNotFinite_NamesTheCheckpoint(bool inFile)
    {
        // Given: the second of two folds went wrong
        using SmallModel model = new(folds: 2);
        string checkpoint = Path.Combine(model.Folder, "fold_1", "model_final_checkpoint.safetensors");
        using (SegmentationNetwork network = NetworkFactory.Create(model.Network))
        {
            network.Initialize(1);
            using (torch.no_grad()) network.parameters().First().fill_(double.NaN);
            Checkpoint.Save(checkpoint, network, null, new { epoch = 0 });
        }

        using TemporaryFolder folder = new();
        Volume<float> small = SmallModel.Image();
        Volume<float> image = new(small.Voxels, small.Extent, small.Geometry with { ItkSpacing = [4, 4, 4] }); // larger on the network's grid, so that its sums are what takes most
        long inMemory = CaseMemory.Of(ModelFolder.Open(model.Folder).Contract, image.Extent, image.Geometry.Spacing, new PredictOptions(), saveProbabilities: false).InMemory;
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { MaxRamBytes = inFile ? inMemory - 1 : 0, TemporaryFolder = folder.Root });

        // When
        DescribedException error = Assert.ThrowsAny<DescribedException>(() => segmenter.Predict(image));

        // Then
        Assert.Equal(checkpoint, error.Where);
        Assert.Contains("since of its weights", error.What, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void Predict_TwoFolds_IsTheMeanOfBoth()
    {
        // Given
        using SmallModel model = new(folds: 2);
        Volume<float> image = SmallModel.Image();
        PredictOptions options = new() { KeepProbabilities = true };

        // When
        float[] first = Probability(model, image, options with { Folds = ["0"] });
        float[] second = Probability(model, image, options with { Folds = ["1"] });
        float[] both = Probability(model, image, options);

        // Then
        Golden.AssertClose("class 1", first.Zip(second, static (a, b) => (a + b) / 2).ToArray(), both, 1e-6);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Predict_FromManyThreads_GivesEachItsOwnResult()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { Mirror = false });
        Volume<float>[] images = [.. Enumerable.Range(0, 6).Select(static i => SmallModel.Image(10 + i, 12, 14, seed: i))];
        short[][] expected = [.. images.Select(i => segmenter.Predict(i).Segmentation.Voxels)];

        // When
        short[][] results = new short[images.Length][];
        ParallelLoop.ForEach(images.Length, i => results[i] = segmenter.Predict(images[i]).Segmentation.Voxels, degree: 4);

        // Then
        Assert.Equal(expected, results);
    }

    [Fact]
    public void Predict_Cancelled_StopsWithinTheImageAndGoesOnAfterwards()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        using CancellationTokenSource source = new();
        List<TileProgress> heard = [];
        Hears hears = new(p =>
        {
            heard.Add(p);
            source.Cancel();
        });
        Volume<float> large = SmallModel.Image(150, 150, 150);

        // When
        Assert.ThrowsAny<OperationCanceledException>(() => segmenter.Predict(large, hears, source.Token));

        // Then
        Assert.True(heard.Count == 1 && heard[0].Done < heard[0].Total, "the prediction went on after it was cancelled");
        Assert.NotNull(segmenter.Predict(SmallModel.Image()));
    }

    [Fact]
    public void Predict_ManyTimes_LeavesNoTensorBehind()
    {
        // Given
        using SmallModel model = new(folds: 2);
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        long before = segmenter.LiveTensors;

        // When
        for (int i = 0; i < 30; i++) segmenter.Predict(SmallModel.Image());

        // Then
        Assert.Equal(before, segmenter.LiveTensors);
    }

    [Fact]
    public void Dispose_OneOfTwoSegmenters_LeavesTheOtherAtWork()
    {
        // Given
        using SmallModel model = new();
        using Segmenter stays = Segmenter.Load(model.Folder);
        Segmenter goes = Segmenter.Load(model.Folder, new PredictOptions { Threads = 1 });
        short[] before = stays.Predict(SmallModel.Image()).Segmentation.Voxels;

        // When
        goes.Dispose();

        // Then
        Assert.Throws<ObjectDisposedException>(() => goes.Predict(SmallModel.Image()));
        Assert.Equal(before, stays.Predict(SmallModel.Image()).Segmentation.Voxels);
    }

    [Fact]
    public void Predict_AfterDispose_IsRefused()
    {
        // Given
        using SmallModel model = new();
        Segmenter segmenter = Segmenter.Load(model.Folder);
        segmenter.Dispose();
        segmenter.Dispose();

        // When, Then
        Assert.Throws<ObjectDisposedException>(() => segmenter.Predict(SmallModel.Image()));
    }

    [Fact]
    public void Predict_WrongImages_SayWhatTheModelNeeds()
    {
        // Given
        using SmallModel model = new(channels: 2);
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        Volume<float> image = SmallModel.Image(), other = SmallModel.Image(16), flat = SmallModel.Image(1, dimensions: 2);

        // When
        DescribedException tooFew = Assert.ThrowsAny<DescribedException>(() => segmenter.Predict(image));
        DescribedException unlike = Assert.ThrowsAny<DescribedException>(() => segmenter.Predict([image, other]));
        DescribedException twoAxes = Assert.ThrowsAny<DescribedException>(() => segmenter.Predict([flat, flat]));

        // Then
        Assert.Equal("image: the image has 1 channels, but the model needs 2 (MR0, MR1); give the channels that the model was trained with, in its order.", tooFew.Message);
        Assert.Contains("17x22x19 and 16x22x19", unlike.What, StringComparison.Ordinal);
        Assert.Contains("two axes, but the model segments volumes", twoAxes.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(1, 2)]
    [InlineData(5, 3)]
    public void Predict_With2DModel_TakesImagesAndVolumes(int slices, int dimensions)
    {
        // Given
        using SmallModel model = new(slices: true);
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        Volume<float> image = SmallModel.Image(slices, dimensions: dimensions);

        // When
        Volume<short> segmentation = segmenter.Predict(image).Segmentation;

        // Then
        Assert.Equal(image.Extent, segmentation.Extent);
        Assert.Equal(image.Geometry, segmentation.Geometry);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 30, 30)]
    [InlineData(3, 2, 40)]
    public void Predict_TinyImages_AreNoFault(int z, int y, int x)
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);

        // When
        Volume<short> segmentation = segmenter.Predict(SmallModel.Image(z, y, x)).Segmentation;

        // Then
        Assert.Equal(new Extent(z, y, x), segmentation.Extent);
    }

    [Fact]
    public void Predict_FileToFile_WritesSegmentationAndProbabilities()
    {
        // Given
        using SmallModel model = new();
        using TemporaryFolder folder = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { KeepProbabilities = true });
        Volume<float> image = SmallModel.Image();
        ImageFile.WriteVolume(folder["image.nii.gz"], image);

        // When
        segmenter.Predict([folder["image.nii.gz"]], folder["segmentation.nii.gz"]);
        segmenter.Predict(image).WriteProbabilities(folder["segmentation.npz"]);

        // Then
        Assert.Equal(segmenter.Predict(image).Segmentation.Voxels, ImageFile.ReadLabels(folder["segmentation.nii.gz"]).Voxels);
        Assert.Equal([3, 17, 22, 19], NpzFile.Read(folder["segmentation.npz"])["softmax"].Shape);
    }

    [Fact]
    public void Predict_AnArrayWithItsSpacing_IsThatOfTheImage()
    {
        // Given
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        Volume<float> image = SmallModel.Image();

        // When
        short[] labels = segmenter.Predict(image.Voxels, image.Extent, new Spacing(1, 1, 1));

        // Then
        Assert.Equal(segmenter.Predict(image).Segmentation.Voxels, labels);
    }

    [Fact]
    public void Predict_CancelledWhileItWaitsForAnother_DoesNotBegin()
    {
        // Given a prediction that goes on
        using SmallModel model = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        using CancellationTokenSource first = new(), second = new();
        using ManualResetEventSlim begun = new(), goOn = new();
        Hears holds = new(_ =>
        {
            begun.Set();
            Assert.True(goOn.Wait(ChildProgram.Patience));
            first.Cancel();
        });
        Task large = Task.Run(() => segmenter.Predict(SmallModel.Image(60, 60, 60), holds, first.Token));
        Assert.True(begun.Wait(ChildProgram.Patience));
        List<TileProgress> heard = [];

        // When another one is cancelled before its turn
        Task waiting = Task.Run(() => segmenter.Predict(SmallModel.Image(), new Hears(heard.Add), second.Token));
        second.Cancel();
        goOn.Set();

        // Then
        Assert.ThrowsAny<OperationCanceledException>(() => waiting.GetAwaiter().GetResult());
        Assert.ThrowsAny<OperationCanceledException>(() => large.GetAwaiter().GetResult());
        Assert.Empty(heard);
    }

    [Theory]
    [InlineData(PredictMode.Fast)]
    [InlineData(PredictMode.Fastest)]
    public void Predict_InAFasterMode_DecidesBeforeItResamples(PredictMode mode)
    {
        // Given a network that predicts many parts
        using SmallModel model = new(folds: 2);
        PredictOptions options = new() { Folds = ["1"], KeepProbabilities = true };
        using Segmenter normal = Segmenter.Load(model.Folder, options);
        using Segmenter faster = Segmenter.Load(model.Folder, options with { Mode = mode });

        // When
        SegmentationResult exact = normal.Predict(SmallModel.Image());
        short[] labels = faster.Predict(SmallModel.Image()).Segmentation.Voxels;

        // Then
        Volume<short> expected = SegmentationExporter.ExportLabels(ProbabilityMaps.From(exact.Probabilities!), exact.Properties, normal.Model.Contract, mode == PredictMode.Fastest);
        Assert.Equal(expected.Voxels, labels);
        Assert.NotEqual(exact.Segmentation.Voxels, labels);
    }

    [Fact]
    public void Predict_SecondStageOfACascade_SeesThePreviousSegmentation()
    {
        // Given
        using SmallModel model = new(previousStage: true);
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { KeepProbabilities = true });
        Volume<float> image = SmallModel.Image();

        // When
        SegmentationResult one = segmenter.Predict([image], SmallModel.LowResolution());
        SegmentationResult again = segmenter.Predict([image], SmallModel.LowResolution());
        SegmentationResult other = segmenter.Predict([image], SmallModel.LowResolution(shift: 1));

        // Then
        Assert.Equal(image.Extent, one.Segmentation.Extent);
        Assert.Equal(one.Probabilities![1], again.Probabilities![1]);
        Assert.NotEqual(one.Probabilities![1], other.Probabilities![1]);
    }

    [Fact]
    public void Predict_PreviousSegmentationThatDoesNotFit_IsRefused()
    {
        // Given
        using SmallModel second = new(previousStage: true);
        using SmallModel single = new();
        using Segmenter cascade = Segmenter.Load(second.Folder);
        using Segmenter plain = Segmenter.Load(single.Folder);
        Volume<float> image = SmallModel.Image();
        Volume<short> label3 = SmallModel.LowResolution();
        label3.Voxels[5] = 3;

        // When
        DescribedException none = Assert.ThrowsAny<DescribedException>(() => cascade.Predict(image));
        DescribedException smaller = Assert.ThrowsAny<DescribedException>(() => cascade.Predict([image], SmallModel.LowResolution(16)));
        DescribedException wrong = Assert.ThrowsAny<DescribedException>(() => cascade.Predict([image], label3));
        DescribedException unwanted = Assert.ThrowsAny<DescribedException>(() => plain.Predict([image], SmallModel.LowResolution()));

        // Then
        Assert.Contains("second stage of a cascade, so it needs the low resolution's segmentation", none.Message, StringComparison.Ordinal);
        Assert.Contains("segmentation has 16x22x19 voxels (z, y, x), the image 17x22x19", smaller.Message, StringComparison.Ordinal);
        Assert.Contains("has the label 3, but the model knows 0 to 2", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("the model is no second stage of a cascade", unwanted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_FileWithAPreviousSegmentation_WritesTheSegmentation()
    {
        // Given
        using SmallModel model = new(previousStage: true);
        using TemporaryFolder folder = new();
        using Segmenter segmenter = Segmenter.Load(model.Folder);
        ImageFile.WriteVolume(folder["image.nii.gz"], SmallModel.Image());
        ImageFile.WriteLabels(folder["low.nii.gz"], SmallModel.LowResolution());

        // When
        segmenter.Predict([folder["image.nii.gz"]], folder["low.nii.gz"], folder["segmentation.nii.gz"]);

        // Then
        Assert.Equal(segmenter.Predict([SmallModel.Image()], SmallModel.LowResolution()).Segmentation.Voxels, ImageFile.ReadLabels(folder["segmentation.nii.gz"]).Voxels);
    }

    [Fact]
    public void Load_NetworkWithOtherChannelsThanItSays_IsRefused()
    {
        // Given
        using SmallModel model = new();
        Core.Planning.Plan plan = ModelFolder.Open(model.Folder).Plan!;
        Core.Planning.NetworkDescription network = new Torch.Networks.GenericUNetFactory().Describe(plan, 0, 2);
        ProductJson.Write(Path.Combine(model.Folder, "plans.json"), plan with { Network = network with { PreviousStage = false } });

        // When
        DescribedException e = Assert.ThrowsAny<DescribedException>(() => Segmenter.Load(model.Folder));

        // Then
        Assert.Contains("the network takes 3 channels, but it sees 1: 1 of the images and 0 of a previous stage", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WrongOptions_AreAllInOneMessage()
    {
        // Given
        using SmallModel model = new();

        // When
        DescribedException e = Assert.Throws<DescribedException>(() => Segmenter.Load(model.Folder, new PredictOptions { TileStep = 2, Threads = -1 }));

        // Then
        Assert.Equal("prediction: the tile step is 2, but must be greater than 0 and at most 1; threads is -1, but must not be negative; correct the options.", e.Message);
    }

    private static float[] Probability(SmallModel model, Volume<float> image, PredictOptions options)
    {
        using Segmenter segmenter = Segmenter.Load(model.Folder, options);
        return segmenter.Predict(image).Probabilities![1];
    }

    private sealed class Hears(Action<TileProgress> action) : IProgress<TileProgress>
    {
        public void Report(TileProgress value) => action(value);
    }
}
