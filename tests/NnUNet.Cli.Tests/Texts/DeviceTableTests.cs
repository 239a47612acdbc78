using NnUNet.Cli.Frame;
using NnUNet.Cli.Tests.Frame;
using NnUNet.Cli.Texts;
using NnUNet.Core.Planning;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;

namespace NnUNet.Cli.Tests.Texts;

public sealed class DeviceTableTests : IDisposable
{
    private static readonly FoldKey Fold0 = new(Configuration.FullResolution, "nnUNetTrainerV2", "0"), Fold1 = Fold0 with { Fold = "1" };

    private readonly StringWriter _output = new();
    private readonly Clock _clock = new();
    private readonly Terminal _terminal;

    public DeviceTableTests() => _terminal = new Terminal(_output, _output, interactive: true, width: 100);

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Lines_ShowWhatEachDeviceTrains_AndWhichAreIdle()
    {
        // Given
        using DeviceTable table = new(_terminal, ["cpu", "cpu", "cuda:0"], _clock);

        // When
        table.Begin(Fold0, "cpu");
        table.Begin(Fold1, "cpu");
        table.Show(Fold0, new TrainingProgress(TrainingPhase.EpochDone, 3, 10, 20, 20, -0.25, TimeSpan.FromMinutes(90), "") { Record = Record(0.8125) });
        table.Show(Fold0, new TrainingProgress(TrainingPhase.Training, 4, 10, 5, 20, -0.25, TimeSpan.FromMinutes(85), ""));

        // Then
        Assert.Equal(
            """
              device  configuration  fold  state     step  epoch   Dice  time left
              --------------------------------------------------------------------
              cpu     3d_fullres     0     training  5/20   5/10  0.813     1:25 h
              cpu     3d_fullres     1     starting
              cuda:0                       idle
            """.ReplaceLineEndings("\n"),
            string.Join('\n', table.Lines()));

        // And after the end of the first its place is free for the next
        table.End(Fold0);
        table.Begin(Fold0 with { Fold = "2" }, "cpu");
        Assert.Contains("3d_fullres     2     starting", table.Lines()[2], StringComparison.Ordinal);
    }

    [Fact]
    public void TheTable_IsReplacedInItsPlace_BelowTheLinesThatArePrinted()
    {
        using DeviceTable table = new(_terminal, ["cpu", "cpu"], _clock);
        table.Begin(Fold0, "cpu");
        _output.GetStringBuilder().Clear();

        _terminal.Line("a notice");
        string[] lines = _output.ToString().Split(Environment.NewLine);

        Assert.Equal("\e[4A\e[Ja notice", lines[0]);
        Assert.StartsWith("  device", lines[1], StringComparison.Ordinal);
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public void OnSeveralDevices_ALogHasTheLinesOfEachFoldWithItsName()
    {
        // Given
        using StringWriter log = new();
        FoldWork work = new() { Key = Fold0, State = FoldState.Missing, Epoch = 0, Epochs = 10 };
        TrainAllPlan plan = new("Task900_Toy", TrainAllTablesTests.Options() with { Devices = [default, default] }, [work]);
        using TrainAllPrinter printer = new(new Terminal(log, log, interactive: false, width: 100), plan, _clock);

        // When
        printer.Show(new TrainAllProgress(work, default, null, null));
        printer.Show(new TrainAllProgress(work, default, new TrainingProgress(TrainingPhase.EpochDone, 0, 10, 1, 1, 1, null, "epoch 1/10: Dice 0.5") { Record = Record(0.5) }, null));
        printer.Show(new TrainAllProgress(work, default, null, new FoldResult(work, FoldOutcome.Failed, "its process was killed")));

        // Then
        Assert.Equal(["", "== 3d_fullres, fold 0 on cpu (1 of 1)", "[3d_fullres, fold 0] epoch 1/10: Dice 0.5", "nnunet: 3d_fullres, fold 0: its process was killed", ""], log.ToString().Split(Environment.NewLine));
    }

    private static EpochRecord Record(double dice) => new() { TrainingLoss = 1, ValidationLoss = 1, Dice = dice, DicePerClass = [dice], Rate = 0.01, Seconds = 3, WaitShare = 0 };
}
