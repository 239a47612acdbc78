using NnUNet.Cli.Frame;
using NnUNet.Cli.Tests.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Tests.Texts;

public sealed class TrainingPrinterTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void InALog_EpochsAndNowAndThenAnIterationAreShown()
    {
        // Given
        using TrainingPrinter printer = new(new Terminal(_output, _output, interactive: false, width: 100), _clock);

        // When
        printer.Show(State(TrainingPhase.Notice, "continued from epoch 3"));
        _clock.Advance(TimeSpan.FromSeconds(50));
        printer.Show(State(TrainingPhase.Training));
        _clock.Advance(TimeSpan.FromSeconds(50));
        printer.Show(State(TrainingPhase.Training));
        printer.Show(State(TrainingPhase.EpochDone, "epoch 4/10: Dice 0.5"));

        // Then
        Assert.Equal(
            ["continued from epoch 3", "epoch 4/10, iteration 5/20, loss -0.250, waited 0%, ends 12:03", "epoch 4/10: Dice 0.5", ""],
            _output.ToString().Split(Environment.NewLine));
    }

    [Fact]
    public void FinalValidation_IsShownAsAPrediction_ThenAsItsOtherSteps()
    {
        // Given
        using TrainingPrinter printer = new(new Terminal(_output, _output, interactive: false, width: 100), _clock);
        printer.Show(State(TrainingPhase.EpochDone, "epoch 10/10"));

        // When: one case of three is kept, two are predicted, all are scored
        printer.Show(Validation("predicting", 1, "a"));
        printer.Show(Validation("predicting", 1) with { Prediction = Prediction("b", 0, 0) });
        _clock.Advance(TimeSpan.FromSeconds(20));
        printer.Show(Validation("predicting", 1) with { Prediction = Prediction("b", 5, 0.25) });
        _clock.Advance(TimeSpan.FromSeconds(20));
        printer.Show(Validation("predicting", 2, "b") with { Prediction = new PredictProgress("b", PredictStage.Export, 1, 1, 2) { RunShare = 0.5 } });
        printer.Show(Validation("predicting", 3, "c") with { Prediction = new PredictProgress("c", PredictStage.Export, 1, 2, 2) { RunShare = 1 } });
        printer.Show(Validation("scoring", 0));
        _clock.Advance(TimeSpan.FromSeconds(2));
        printer.Show(Validation("scoring", 3));

        // Then: the kept case says nothing about the time
        Assert.Equal(
            [
                "epoch 10/10",
                "final validation, predicting: 1/3, b, network, tiles 5/10, 30 s so far, about 50 s left",
                "final validation, predicting: 2/3, b done, 40 s so far, about 40 s left",
                "final validation, predicting: 3/3, c done, 40 s so far",
                "final validation, predicting: 3/3 in 40.0 s",
                "final validation, scoring: 3/3 in 2.0 s",
                "",
            ],
            _output.ToString().Split(Environment.NewLine));
    }

    [Fact]
    public void WholeImagesAfterAnEpoch_AreNotTheFinalValidation()
    {
        using TrainingPrinter printer = new(new Terminal(_output, _output, interactive: false, width: 100), _clock);

        printer.Show(Validation("predicting", 3) with { Phase = TrainingPhase.ImageValidation, Epoch = 4 });

        Assert.Equal($"images after epoch 5, predicting: 3/3 in 0.0 s{Environment.NewLine}", _output.ToString());
    }

    private static TrainingProgress Validation(string step, int done, string caseId = "") =>
        new(TrainingPhase.FinalValidation, 10, 10, done, 3, double.NaN, null, caseId) { Step = step };

    private static PredictProgress Prediction(string caseId, int tiles, double runShare) =>
        new(caseId, PredictStage.Network, tiles / 10.0, 0, 2) { RunShare = runShare, Tiles = new TileProgress(tiles, 10) };

    private static TrainingProgress State(TrainingPhase phase, string text = "") => new(phase, 3, 10, 5, 20, -0.25, TimeSpan.FromMinutes(2), text);
}
