using System.Text.Json.Nodes;
using NnUNet.Core.Datasets;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>The sample with a trainer, network, loss and augmentation of one's own: trains, predicts, and says what is missing without it.</summary>
public sealed class AddATrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PartsOfOnesOwn_TrainAndPredict()
    {
        // Given a planned task of small images
        string[] planner = ["-pl3d", "ExperimentPlanner3D_v21_tiny", "-pl2d", "None", "--plugin", TestData.Sample("PluginPlanner")];
        string[] trainer = ["--plugin", TestData.Sample("AddATrainer")];
        string[] model = ["-t", "7", "-m", "3d_fullres", "-tr", "MyTrainer", "-p", "nnUNetPlansv2.1_tiny", "-f", "0"];
        SyntheticDataset.Write(_folder["w/raw/nnUNet_raw_data/Task007_Own"], new SyntheticDatasetOptions { TrainingCases = 5, TestCases = 1, Edge = 24 });
        Run(["nnUNet_plan_and_preprocess", "-t", "7", .. planner]).MustSucceed();

        // When a model of one's own is trained, and predicts with and without its plug-in
        ProgramResult train = Run(["nnUNet_train", "3d_fullres", "MyTrainer", "7", "0", "-p", "nnUNetPlansv2.1_tiny", "--epochs", "1", "--iterations", "2", .. trainer]).MustSucceed();
        ProgramResult predict = Run(["nnUNet_predict", "-i", _folder["w/raw/nnUNet_raw_data/Task007_Own/imagesTs"], "-o", _folder["with"], .. model, .. trainer]).MustSucceed();
        ProgramResult without = Run(["nnUNet_predict", "-i", _folder["w/raw/nnUNet_raw_data/Task007_Own/imagesTs"], "-o", _folder["without"], .. model]);

        // Then the model's folder names the parts, the prediction is there, and the error tells what to do
        string folder = _folder["w/results/nnUNet/3d_fullres/Task007_Own/MyTrainer__nnUNetPlansv2.1_tiny"];
        Assert.Contains("epoch 1/1", train.Output, StringComparison.Ordinal);
        Assert.Equal("TwoLevelNetwork", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "plans.json")))!["network"]!["name"]);
        Assert.Equal("TverskyLoss", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "fold_0", "model_final_checkpoint.json")))!["settings"]!["loss"]);
        Assert.Contains("1 predicted", predict.Output, StringComparison.Ordinal);
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("network TwoLevelNetwork: no network of this name is known; where it is one of your own, name its assembly with --plugin", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutThePlugin_TheTrainerIsUnknown()
    {
        ProgramResult run = Run(["nnUNet_train", "3d_fullres", "MyTrainer", "7", "0"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MyTrainer", run.Error, StringComparison.Ordinal);
    }

    private ProgramResult Run(string[] args) => BuiltProgram.Run([.. args, "--workspace", _folder["w"]]);
}
