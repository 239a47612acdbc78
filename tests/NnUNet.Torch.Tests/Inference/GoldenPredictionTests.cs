using NnUNet.Files.Numpy;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>From the original's weights and raw images to its probabilities and segmentations.</summary>
public sealed class GoldenPredictionTests(GoldenModel model) : LeakCheckedTest, IClassFixture<GoldenModel>
{
    [SkippableTheory]
    [InlineData("tta", true)]
    [InlineData("notta", false)]
    public void Run_TheOriginalsModel_PredictsWhatTheOriginalPredicts(string recorded, bool mirror)
    {
        // Given
        string inputs = TestData.Golden("model/predictions/inputs");
        string expected = TestData.Golden($"model/predictions/{recorded}");
        using TemporaryFolder output = new();
        PredictRunOptions options = new() { SaveProbabilities = true, Predict = new PredictOptions { Mirror = mirror, Precision = ComputePrecision.Float32 } };

        // When
        PredictReport report = PredictRun.Run(model.Folder(), inputs, output.Root, options);

        // Then
        Assert.Empty(report.Failures);
        Assert.Equal(["hippocampus_098", "hippocampus_101"], report.Predicted);
        Assert.All(report.Predicted, c => GoldenPredictions.AssertEqual(expected, output.Root, c));
    }

    [SkippableFact]
    public void Run_InBFloat16_DiffersAtBordersOnly()
    {
        // Given
        string expected = TestData.Golden("model/predictions/notta");
        using TemporaryFolder output = new();
        PredictRunOptions options = new() { SaveProbabilities = true, Predict = new PredictOptions { Mirror = false, Precision = ComputePrecision.BFloat16 } };

        // When
        PredictReport report = PredictRun.Run(model.Folder(), TestData.Golden("model/predictions/inputs"), output.Root, options);

        // Then: fewer than two voxels of a thousand differ, and those are uncertain ones
        Assert.Empty(report.Failures);
        Assert.All(report.Predicted, c =>
        {
            float[] softmax = NpzFile.Read(Path.Combine(expected, c + ".npz"))["softmax"].ToArray<float>();
            short[] exact = ImageFile.ReadLabels(Path.Combine(expected, c + ".nii.gz")).Voxels;
            short[] rough = ImageFile.ReadLabels(Path.Combine(output.Root, c + ".nii.gz")).Voxels;
            int[] different = [.. Enumerable.Range(0, exact.Length).Where(i => exact[i] != rough[i])];
            Assert.InRange(different.Length / (double)exact.Length, 0, 0.002);
            Assert.All(different, i => Assert.InRange(GoldenPredictions.Margin(softmax, exact.Length, i), 0, 0.3));
        });
    }
}
