using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Torch.Tests.Inference;

/// <summary>From the original's model zip, installed as it is, to its probabilities and segmentations.</summary>
public sealed class V1ModelPredictionTests(InstalledV1Model model) : LeakCheckedTest, IClassFixture<InstalledV1Model>
{
    [SkippableTheory]
    [InlineData("tta", true)]
    [InlineData("notta", false)]
    public void Run_TheInstalledZip_PredictsWhatTheOriginalPredicts(string recorded, bool mirror)
    {
        // Given
        string expected = TestData.Golden($"model/predictions/{recorded}");
        using TemporaryFolder output = new();
        PredictRunOptions options = new() { SaveProbabilities = true, Predict = new PredictOptions { Mirror = mirror, Precision = ComputePrecision.Float32 } };

        // When
        PredictReport report = PredictRun.Run(model.Folder(), TestData.Golden("model/predictions/inputs"), output.Root, options);

        // Then
        Assert.Empty(report.Failures);
        Assert.Equal(["hippocampus_098", "hippocampus_101"], report.Predicted);
        Assert.All(report.Predicted, c => GoldenPredictions.AssertEqual(expected, output.Root, c));
        Assert.Equal("Generic_UNet", PlanFile.Read(output["plans.json"]).Network!.Name);
    }

    [SkippableFact]
    public void Load_AnotherNetworkThanTheWeightsAreOf_IsRefused()
    {
        // Given
        string installed = model.Folder();
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["network.json"], """{"arguments":{"num_conv_per_stage":3}}""");

        // When
        Exception? error = Record.Exception(() => Segmenter.Load(installed, new PredictOptions { Network = folder["network.json"] }).Dispose());

        // Then
        Assert.Contains("the weights do not fit the network", error!.Message, StringComparison.Ordinal);
        Assert.Null(ModelFolder.Open(installed).Network.Stage);
    }
}
