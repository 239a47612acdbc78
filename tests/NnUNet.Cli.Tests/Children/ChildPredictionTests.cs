using System.Text.Json;
using NnUNet.Cli.Children;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Tests.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Prediction;

namespace NnUNet.Cli.Tests.Children;

public sealed class ChildPredictionTests
{
    [Fact]
    public void CommandOf_SaysAllThatIsAsked_AsTheCommandTakesIt()
    {
        // Given
        using SmallModel model = new(folds: 2);
        PredictRunOptions options = new()
        {
            Predict = new PredictOptions { Mirror = false, TileStep = 0.25, Precision = ComputePrecision.Float32, StrictInput = true, Network = "GenericUNet" },
            SaveProbabilities = true,
            Recheck = true,
            Ending = ".nii",
            PreviousStageFolder = "low",
            PreprocessingThreads = 2,
            ExportThreads = 3,
        };

        // When
        IReadOnlyList<string> words = ChildPrediction.CommandOf(new PartRequest(ChosenModel.Open(model.Folder, new PredictOptions()), "in", "out", options, ["a"]));

        // Then
        Assert.Equal(
            $"nnUNet_predict -i in -o out --model_folder {model.Folder} -chk model_final_checkpoint --step_size 0.25 --mode normal --num_threads_preprocessing 2 --num_threads_nifti_save 3 -f 0 1 "
            + "--network GenericUNet -l low --ending .nii --disable_tta --disable_mixed_precision --strict-input --save_npz --recheck",
            string.Join(' ', words));
        Assert.NotEqual(2, ProgramRun.Of([.. words, "--device", "cpu"]).ExitCode); // not a wrong usage
    }

    [Fact]
    public void Reports_OfEndsAndWarnings_AllComeOverTheLine_OthersNowAndThen()
    {
        // Given
        using StringWriter output = new();
        using ParentLink parent = new(new StringReader("{}\n"), output);
        Clock clock = new();
        PredictProgress tile = new("a", PredictStage.Network, 0.5, 0, 2) { RunShare = 0.25, Tiles = new TileProgress(1, 2) };

        PredictProgress[] reports =
        [
            tile, tile with { Share = 0.6 }, tile with { Stage = PredictStage.Export, Share = 1, Done = 1 }, tile with { CaseId = "b", Done = 1 },
            tile with { CaseId = "b", Done = 1, Warning = new DatasetFault("b", "odd", "look") },
        ];

        // When
        Relay<PredictProgress> told = ChildPrediction.ReportsTo(parent, clock);
        foreach (PredictProgress report in reports) told.Report(report);

        // Then
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"Done\":1", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"what\":\"odd\"", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void APartsReport_IsReadAsItWasWritten()
    {
        PartReport report = new()
        {
            Failures = [new PredictFailure("a", PredictStage.Export, "the disk is full")],
            Warnings = [new PredictWarning("b", new DatasetFault("b", "odd", "look"))],
            Times = new PredictTimes(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), TimeSpan.Zero, 0.75),
        };

        Assert.Equal(report, JsonSerializer.Deserialize<PartReport>(JsonSerializer.Serialize(report, ParentLink.Format), ParentLink.Format));
    }

    [Fact]
    public void BothOptionsOfDevices_AreWrongUsage()
    {
        ProgramRun run = ProgramRun.Of("nnUNet_predict", "-i", "x", "-o", "y", "--model_folder", "z", "--device", "cpu", "--devices", "cpu:2");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("give either --device or --devices, not both", run.Error, StringComparison.Ordinal);
    }
}
