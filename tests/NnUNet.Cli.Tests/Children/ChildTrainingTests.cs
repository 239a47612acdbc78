using System.Text.Json;
using NnUNet.Cli.Children;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Tests.Frame;
using NnUNet.Core;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Tests.Children;

public sealed class ChildTrainingTests
{
    private static readonly TrainingOptions Asked = new()
    {
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = "nowhere" }),
        Configuration = Configuration.LowResolution,
        Task = "4",
        Fold = "2",
    };

    [Fact]
    public void CommandOf_SaysAllThatIsAsked_AsTheCommandTakesIt()
    {
        // Given
        TrainingOptions options = Asked with
        {
            Continue = true,
            Plans = "mine",
            Epochs = 3,
            Iterations = 5,
            Seed = 7,
            Precision = ComputePrecision.Float32,
            Validation = new ValidationOptions { SaveProbabilities = true, Postprocess = false, Overwrite = false, FolderName = "here" },
        };

        // When
        IReadOnlyList<string> words = ChildTraining.CommandOf(options);

        // Then
        Assert.Equal(
            "nnUNet_train 3d_lowres nnUNetTrainerV2 4 2 -p mine -c --npz --val_disable_overwrite --disable_postprocessing_on_folds --fp32 --val_folder here --epochs 3 --iterations 5 --seed 7",
            string.Join(' ', words));
        ProgramRun run = ProgramRun.Of([.. words, "--workspace", "nowhere", "--device", "cpu"]);
        Assert.Contains("no task has this number", run.Error, StringComparison.Ordinal);
        Assert.Equal("nnUNet_train 3d_lowres nnUNetTrainerV2 4 2 -p nnUNetPlansv2.1 -val --val_folder validation_raw", string.Join(' ', ChildTraining.CommandOf(Asked with { ValidationOnly = true })));
    }

    [Fact]
    public void Reports_ComeOverTheLineAsTheyWere_IterationsNowAndThen()
    {
        // Given
        using StringWriter output = new();
        using ParentLink parent = new(new StringReader("{}\n"), output);
        Clock clock = new();
        Relay<TrainingProgress> reports = ChildTraining.ReportsTo(parent, clock);
        TrainingProgress iteration = new(TrainingPhase.Training, 3, 10, 5, 20, -0.25, TimeSpan.FromSeconds(90), "") { Rate = 0.01, WaitShare = 0.5, SecondsPerIteration = 0.125 };
        TrainingProgress epoch = iteration with
        {
            Phase = TrainingPhase.EpochDone,
            Text = "epoch 4/10",
            Best = true,
            Record = new EpochRecord { TrainingLoss = 1, ValidationLoss = double.NaN, Dice = 0.5, DicePerClass = [0.25, double.NaN], Rate = 0.01, Seconds = 3, WaitShare = 0 },
        };
        TrainingProgress validation = new(TrainingPhase.FinalValidation, 10, 10, 1, 2, double.NaN, null, "") { Step = "predicting", Prediction = new PredictProgress("a", PredictStage.Network, 0.5, 1, 2) { RunShare = 0.75, Tiles = new TileProgress(1, 4) { Share = 0.375 } } };

        // When: three iterations, of which one comes at once behind another
        reports.Report(iteration);
        reports.Report(iteration with { Done = 6 });
        clock.Advance(TimeSpan.FromSeconds(1));
        reports.Report(iteration with { Done = 7 });
        reports.Report(epoch);
        clock.Advance(TimeSpan.FromSeconds(1));
        reports.Report(validation);

        // Then
        TrainingProgress[] read =
        [
            .. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => JsonSerializer.Deserialize<ChildLine>(line, ParentLink.Format)!.Value.Deserialize<TrainingProgress>(ParentLink.Format)),
        ];
        Assert.Equal([iteration, iteration with { Done = 7 }, epoch, validation], read);
    }
}
