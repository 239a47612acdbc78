using NnUNet.Cli.Frame;
using NnUNet.Cli.Tests.Frame;
using NnUNet.Cli.Texts;
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
        TrainingPrinter printer = new(new Terminal(_output, _output, interactive: false, width: 100), _clock);

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
    public void FinalValidation_CountsItsTimeFromTheLastEpoch()
    {
        // Given
        TrainingPrinter printer = new(new Terminal(_output, _output, interactive: false, width: 100), _clock);
        _clock.Advance(TimeSpan.FromHours(1));

        // When
        printer.Show(State(TrainingPhase.EpochDone, "epoch 10/10"));
        _clock.Advance(TimeSpan.FromSeconds(20));
        printer.Show(State(TrainingPhase.FinalValidation, "case") with { Done = 1, Total = 2 });
        _clock.Advance(TimeSpan.FromSeconds(20));
        printer.Show(State(TrainingPhase.FinalValidation, "case") with { Done = 2, Total = 2 });

        // Then
        Assert.Equal(["epoch 10/10", "final validation: 1/2, 20.0 s left", "final validation: 2/2 in 40.0 s", ""], _output.ToString().Split(Environment.NewLine));
    }

    private static TrainingProgress State(TrainingPhase phase, string text = "") => new(phase, 3, 10, 5, 20, -0.25, TimeSpan.FromMinutes(2), text);
}
