using System.Text.Json.Nodes;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Training.Engine;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;
using NnUNet.Torch.Training.Logs;
using Tensorboard;

namespace NnUNet.Torch.Tests.Training.Logs;

/// <summary>Rows for programs, points for TensorBoard and lines for people, of one run and of several.</summary>
public sealed class TrainingHistoryTests : LeakCheckedTest
{
    private static readonly string[] Points = ["dice/mean", "dice/moving_average", "dice_per_class/1", "learning_rate", "loss/train", "loss/validation", "time/seconds_per_epoch", "time/wait_for_data"];

    [Fact]
    public void ATraining_LeavesARowAnEpochAndARowAnEvent()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options);

        JsonNode[] rows = Rows(toy.FoldPath);
        Assert.Equal(["start", "epoch", "best"], rows.Take(3).Select(Name));
        Assert.Equal("final", Name(rows[^1]));
        Assert.Equal(
            ["event", "time", "epoch", "train_loss", "validation_loss", "evaluation_metric", "dice_per_class", "skipped_steps", "lr", "seconds", "wait_for_data"],
            rows[1].AsObject().Select(static p => p.Key));
        Assert.Equal(TrainingRunTests.Final(toy).State.Curves[1].TrainingLoss, rows.Last(static r => Name(r) == "epoch")["train_loss"]!.GetValue<double>());
        Assert.Equal("nnUNetTrainerV2", rows[0]["settings"]!["trainer"]!.GetValue<string>());
    }

    [Fact]
    public void ATraining_LeavesAPointAnEpochForTensorBoard()
    {
        using ToyTask toy = new();

        TrainingRun.Execute(toy.Options);

        ValueArray<EpochRecord> curves = TrainingRunTests.Final(toy).State.Curves;
        (long Step, float Value)[] losses = [.. Values(toy.FoldPath, "loss/validation")];
        Assert.Equal([(0L, (float)curves[0].ValidationLoss), (1L, (float)curves[1].ValidationLoss)], losses);
        Assert.Superset(Points.ToHashSet(), Events(toy.FoldPath).Where(static e => e.Summary is not null).Select(static e => e.Summary.Value[0].Tag).Where(static t => t != "dice_per_class/2").ToHashSet());
    }

    [Fact]
    public void AnInterruptedTraining_TellsNothingTwiceAfterItsContinuation()
    {
        // Given a training of three epochs that is stopped within the second one, and one more time at its end
        using ToyTask toy = new();
        TrainingOptions options = toy.Options with { Epochs = 3, CheckpointInterval = TimeSpan.FromHours(1) };
        using CancellationTokenSource cancel = new();
        TrainingRun.Execute(options, new Watch(p => CancelAt(cancel, p, 1)), cancel.Token);
        string firstLog = Directory.GetFiles(toy.FoldPath, "training_log_*.txt").Single();

        // When
        TrainingRun.Execute(options with { Continue = true });

        // Then each epoch stands once in each record
        Assert.Equal([0, 1, 2], Rows(toy.FoldPath).Where(static r => Name(r) == "epoch").Select(static r => r["epoch"]!.GetValue<int>()));
        Assert.Equal([0L, 1L, 2L], Values(toy.FoldPath, "loss/train").Select(static v => v.Step));
        Assert.Equal(["start", "stop", "resume", "final"], Rows(toy.FoldPath).Select(Name).Where(static n => n is not ("epoch" or "best")));
        string[] begun = [.. Directory.GetFiles(toy.FoldPath, "training_log_*.txt").Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Where(static l => l.Contains(": epoch: ", StringComparison.Ordinal))];
        Assert.Equal(["0", "1", "2"], begun.Select(static l => l[^1..]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(File.ReadLines(firstLog), static l => l.EndsWith("epoch: 1", StringComparison.Ordinal));
    }

    [Fact]
    public void AKilledTraining_LosesWhatLiesAfterItsCheckpoint()
    {
        // Given the records of three epochs, with a row and a record that were not written to their ends
        using TemporaryFolder folder = new();
        Tell(folder.Root, epochs: 3);
        File.AppendAllText(folder["training_log.jsonl"], "{\"event\":\"epo");
        using (FileStream file = new(Directory.GetFiles(folder.Root, "events.out.tfevents.*").Single(), FileMode.Append)) file.Write([24, 0, 0, 0, 0, 0, 0, 0, 1]);

        // When a training goes on from the first iteration of the second epoch
        TrainingHistory.CutBack(folder.Root, new TrainingState { Epoch = 1, Iteration = 1 });

        // Then
        Assert.Equal(["epoch 0", "skipped_step 1"], Rows(folder.Root).Select(static r => $"{Name(r)} {r["epoch"]}"));
        Assert.Equal([0L], Values(folder.Root, "loss/train").Select(static v => v.Step));
    }

    [Fact]
    public void BeginningAnew_TellsOnlyTheNewTraining()
    {
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options);

        TrainingRun.Execute(toy.Options with { Epochs = 1 });

        Assert.Single(Rows(toy.FoldPath), static r => Name(r) == "epoch");
        Assert.Equal([0L], Values(toy.FoldPath, "loss/train").Select(static v => v.Step));
    }

    [Fact]
    public void ValidatingTheBestEpoch_CutsNothing()
    {
        using ToyTask toy = new();
        TrainingRun.Execute(toy.Options with { Epochs = 3 });
        int rows = Rows(toy.FoldPath).Length;

        TrainingRun.Execute(toy.Options with { Epochs = null, Iterations = null, ValidationOnly = true, Validation = new ValidationOptions { Best = true } });

        Assert.Equal(["validate", "final"], Rows(toy.FoldPath).Skip(rows).Select(Name));
        Assert.Equal([0L, 1L, 2L], Values(toy.FoldPath, "loss/train").Select(static v => v.Step));
    }

    [Fact]
    public void AnError_IsTheLastRow()
    {
        using ToyTask toy = new();

        Assert.Throws<InvalidOperationException>(() => TrainingRun.Execute(toy.Options, new Watch(static p => Throw(p))));

        JsonNode last = Rows(toy.FoldPath)[^1];
        Assert.Equal("failed", Name(last));
        Assert.Equal("on purpose", last["reason"]!.GetValue<string>());
    }

    internal static JsonNode[] Rows(string folder) => [.. File.ReadLines(Path.Combine(folder, "training_log.jsonl")).Select(static l => JsonNode.Parse(l)!)];

    internal static string Name(JsonNode row) => row["event"]!.GetValue<string>();

    /// <summary>All records of all files; what is damaged ends its file, and the test.</summary>
    private static List<Event> Events(string folder)
    {
        List<Event> events = [];
        foreach (string path in Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal))
        {
            byte[] bytes = File.ReadAllBytes(path);
            int at = 0;
            while (TensorBoardLog.TryRead(bytes, at, out Event? record, out int next))
            {
                events.Add(record);
                at = next;
            }

            Assert.Equal(bytes.Length, at);
        }

        return events;
    }

    private static IEnumerable<(long Step, float Value)> Values(string folder, string tag) => Events(folder)
        .Where(e => e.Summary?.Value[0].Tag == tag)
        .Select(static e => (e.Step, e.Summary.Value[0].SimpleValue));

    private static void Tell(string folder, int epochs)
    {
        TensorBoardLog points = new(folder);
        using TrainingJournal journal = new(folder);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            EpochRecord record = new() { TrainingLoss = 1, ValidationLoss = 1, Dice = 0.5, DicePerClass = [0.5], Rate = 0.01, Seconds = 1, WaitShare = 0 };
            journal.WriteEpoch("epoch", epoch, record);
            journal.Write("skipped_step", epoch + 1, 1, new { reason = "no number" });
            points.Write(epoch, record, 0.5);
        }
    }

    private static void CancelAt(CancellationTokenSource cancel, TrainingProgress progress, int epoch)
    {
        if (progress.Phase == TrainingPhase.Training && progress.Epoch == epoch && progress.Done == 2) cancel.Cancel();
    }

    private static void Throw(TrainingProgress progress)
    {
        if (progress.Phase == TrainingPhase.Training && progress.Done == 2) throw new InvalidOperationException("on purpose");
    }
}
