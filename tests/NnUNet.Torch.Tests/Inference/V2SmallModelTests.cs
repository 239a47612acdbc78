using NnUNet.Core.Models;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>Regions, the second stage of a cascade, and folds of models of nnU-Net v2.</summary>
public sealed class V2SmallModelTests : LeakCheckedTest
{
    private static readonly PredictOptions Options = new() { Precision = ComputePrecision.Float32, KeepProbabilities = true };

    [Fact]
    public void Predict_Regions_ArePaintedInTheirOrderWhereTheLogitIsAboveZero()
    {
        // Given
        using TemporaryFolder folder = new();
        SmallV2Model.Write(
            folder.Root, "3d_fullres", """{"channel_names": {"0": "MR"}, "labels": {"background": 0, "whole": [1, 2, 3], "core": [2, 3], "tip": 3, "ignore": 4}, "regions_class_order": [2, 3, 1]}""", 1, 3);

        // When
        using Segmenter segmenter = Segmenter.Load(folder.Root, Options);
        SegmentationResult result = segmenter.Predict([Image()]);

        // Then
        MultiChannelArray<float> logits = result.Probabilities!;
        Assert.Equal((OutputActivation.Sigmoid, 4), (segmenter.Model.Contract.Outputs.Activation, segmenter.Model.Contract.Labels.Ignore));
        Assert.Empty(segmenter.Model.Network.MirrorAxes);
        Assert.Equal("nnUNetTrainer_OfSomebody", segmenter.Model.Trainer);
        Assert.True(result.Segmentation.Voxels.Distinct().Count() > 1);
        Assert.Equal(
            Enumerable.Range(0, (int)logits.Extent.Count).Select(i => (short)(logits[2][i] > 0 ? 1 : logits[1][i] > 0 ? 3 : logits[0][i] > 0 ? 2 : 0)),
            result.Segmentation.Voxels);
    }

    [Fact]
    public void Predict_ACascade_SeesTheLabelsOfTheStageBefore()
    {
        // Given
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_cascade_fullres", """{"channel_names": {"0": "MR"}, "labels": {"background": 0, "a": 1, "b": 2}}""", 3, 3);
        Volume<float> image = Image();
        Volume<short> none = new(new short[image.Voxels.Length], image.Extent), some = new([.. Enumerable.Range(0, image.Voxels.Length).Select(static i => (short)(i % 3))], image.Extent);

        // When
        using Segmenter segmenter = Segmenter.Load(folder.Root, Options);
        SegmentationResult without = segmenter.Predict([image], none), with = segmenter.Predict([image], some);

        // Then
        PreviousStageContract stage = segmenter.Model.Contract.PreviousStage!;
        Assert.Equal("3d_lowres", stage.Configuration);
        Assert.Equal([1, 2], stage.Labels);
        Assert.Equal(3, segmenter.Model.Contract.InputChannels);
        Assert.NotEqual(without.Probabilities![0], with.Probabilities![0]);
    }

    [Fact]
    public void Prepare_ACascade_NormalisesWhatTheStageBeforeFindsOutsideOfTheMaskToo()
    {
        // Given an image of which the first and last slices touch the box, with zeros between, where the stage before finds something
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_cascade_fullres", """{"channel_names": {"0": "MR"}, "labels": {"background": 0, "a": 1, "b": 2}}""", 3, 3);
        string plans = folder["plans.json"];
        File.WriteAllText(plans, File.ReadAllText(plans).Replace("\"use_mask_for_norm\": [false]", "\"use_mask_for_norm\": [true]", StringComparison.Ordinal));
        Extent extent = new(6, 7, 8);
        int slice = extent.SliceCount;
        Volume<float> image = new([.. Enumerable.Range(0, (int)extent.Count).Select(i => i / slice is 0 or 5 ? 1 + (float)(i * 37 % 101) : 0)], extent);
        Volume<short> before = new([.. Enumerable.Range(0, (int)extent.Count).Select(i => (short)(i / slice == 2 ? (i % 3) : 0))], extent);

        // When
        ModelContract contract = ModelFolder.Open(folder.Root).Contract;
        PreprocessedCase prepared = CasePreparation.Run(contract, [image], before, [], default);

        // Then: mean and deviation are of the image's voxels and of the zeros that are labelled, and those alone are normalised
        bool[] inside = [.. image.Voxels.Zip(before.Voxels, static (value, label) => value != 0 || label != 0)];
        double[] counted = [.. image.Voxels.Where((_, i) => inside[i]).Select(static v => (double)v)];
        double mean = counted.Average(), deviation = Math.Sqrt(counted.Average(v => (v - mean) * (v - mean)));
        Golden.AssertClose("image", (float[])[.. image.Voxels.Select((v, i) => inside[i] ? (float)((v - mean) / deviation) : v)], prepared.Data[0], 1e-5);
        Assert.Equal(before.Voxels.Select(static label => label > 0 ? label : 0), prepared.PreviousStage!.Select(static label => label > 0 ? label : 0));
    }

    [Theory]
    [InlineData(1, 6 + 6)] // read as float32, marked inside or outside as 16 bits; and the same preprocessed
    [InlineData(0.5, 6 + 4 + 4 + (6 / 8.0))] // the normalised channel and what resampling needs besides, for an eighth of the voxels
    public void CaseMemory_OfPreprocessing_CountsWhatIsThereAtTheSameTime(double spacing, double bytesOfVoxel)
    {
        // Given an image whose preprocessing takes more than the network does
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_fullres", """{"channel_names": {"0": "MR"}, "labels": {"background": 0, "a": 1, "b": 2}}""", 1, 3);
        SmallV2Model.ResampleLogitsLinearly(folder.Root);
        Extent extent = new(200, 300, 400);

        // When
        CaseMemory memory = CaseMemory.Of(ModelFolder.Open(folder.Root).Contract, extent, new Spacing(spacing, spacing, spacing), Options, saveProbabilities: false);

        // Then
        Assert.Equal(bytesOfVoxel * extent.Count, memory.InFile);
    }

    [Fact]
    public void Load_Folds_AsksTheFirstOfThemForTrainerAndMirroring()
    {
        // Given folds of three trainers, and a first one that nothing can read
        using TemporaryFolder folder = new();
        SmallV2Model.Write(folder.Root, "3d_fullres", """{"channel_names": {"0": "MR"}, "labels": {"background": 0, "a": 1, "b": 2}}""", 1, 3);
        SmallV2Model.WriteFold(folder.Root, "1", "3d_fullres", 1, 3, "nnUNetTrainer", [0, 1, 2]);
        SmallV2Model.WriteFold(folder.Root, "2", "3d_fullres", 1, 3, "nnUNetTrainer_onlyMirror01", [0, 1]);
        SmallV2Model.WriteFold(folder.Root, "2", "3d_fullres", 1, 3, "nnUNetTrainerNoMirroring", [], "checkpoint_best.pth");
        File.WriteAllText(folder["fold_0/checkpoint_final.pth"], "no checkpoint");

        // When
        using Segmenter second = Segmenter.Load(folder.Root, Options with { Folds = ["1", "2"] });
        using Segmenter third = Segmenter.Load(folder.Root, Options with { Folds = ["2", "1"] });
        using Segmenter best = Segmenter.Load(folder.Root, Options with { Folds = ["2"], Checkpoint = "model_best" });
        using Segmenter chosenLater = Segmenter.Load(second.Model, Options with { Folds = ["2"] });

        // Then
        Assert.Equal(("nnUNetTrainer", 3), (second.Model.Trainer, second.Model.Network.MirrorAxes.Count));
        Assert.Equal(("nnUNetTrainer_onlyMirror01", 2), (third.Model.Trainer, third.Model.Network.MirrorAxes.Count));
        Assert.Equal(("nnUNetTrainerNoMirroring", 0), (best.Model.Trainer, best.Model.Network.MirrorAxes.Count));
        Assert.Equal("nnUNetTrainer_onlyMirror01", chosenLater.Model.Trainer);
        Assert.ThrowsAny<DescribedException>(() => Segmenter.Load(folder.Root, Options));
    }

    [SkippableFact]
    public void PredictPreprocessed_SeveralFolds_IsTheMeanOfTheirLogits()
    {
        // Given
        string model = TestData.Golden("model_v2/results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d");
        Volume<float> image = Image();
        PredictOptions options = Options with { Mirror = false };

        // When
        MultiChannelArray<float> first = Logits(model, options with { Folds = ["0"] }, image), second = Logits(model, options with { Folds = ["1"] }, image), both = Logits(model, options, image);

        // Then
        for (int k = 0; k < 3; k++) Golden.AssertClose($"output {k}", (float[])[.. first[k].Zip(second[k], static (a, b) => (a + b) / 2)], both[k], 1e-4);
    }

    private static MultiChannelArray<float> Logits(string model, PredictOptions options, Volume<float> image)
    {
        using Segmenter segmenter = Segmenter.Load(model, options);
        return segmenter.Predict([image]).Probabilities!;
    }

    private static Volume<float> Image()
    {
        Extent extent = new(9, 10, 11);
        return new Volume<float>([.. Enumerable.Range(0, (int)extent.Count).Select(static i => 1 + (float)(i * 37 % 101))], extent);
    }
}
