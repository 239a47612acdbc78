using System.Diagnostics;
using System.Globalization;

namespace NnUNet.Torch.Training;

/// <summary>Tells a training's course to the log and to whoever watches.</summary>
internal sealed class TrainingReporter(TrainingLog log, IProgress<TrainingProgress>? progress, TrainingSettings settings)
{
    /// <summary>Share of waiting above which the log says what can be done.</summary>
    private const double LargeWait = 0.1;

    private readonly Stopwatch _sinceEpoch = new();

    /// <summary>Seconds that an epoch took lately, for the estimate.</summary>
    private double? _epochSeconds;

    /// <summary>Share of the running epoch that was done before it was continued.</summary>
    private double _doneBefore;

    /// <summary>What is trained, and on what.</summary>
    public void Start(TrainingSetup setup, TrainingRecord? begun)
    {
        log.Write($"{settings.Trainer}, {settings.Configuration}, {settings.Task}, fold {settings.Fold}, {settings.Plans}, stage {settings.Stage}");
        log.Write($"{settings.Epochs} epochs of {settings.Iterations} training and {settings.ValidationIterations} validation iterations, batch {settings.BatchSize}, patch {settings.PatchSize}, seed {settings.Seed}");
        log.Write($"{settings.Loss}, batch Dice {(settings.BatchDice ? "on" : "off")}, weights {settings.OutputWeights}; {settings.Precision} on {settings.Device}, {settings.Threads} torch threads");
        log.Write($"{setup.Fold.Train.Count} training cases: {string.Join(", ", setup.Fold.Train)}");
        log.Write($"{setup.Fold.Val.Count} validation cases: {string.Join(", ", setup.Fold.Val)}");
        if (begun is null) return;

        if (begun.Settings.Threads != settings.Threads || begun.Settings.Device != settings.Device)
        {
            Notice(
                $"begun with {begun.Settings.Threads} threads on {begun.Settings.Device}, continued with {settings.Threads} on {settings.Device}: "
                + "the weights' last bits will differ from an uninterrupted training's");
        }

        Notice($"continued from epoch {begun.State.Epoch}, iteration {begun.State.Iteration + begun.State.ValidationIteration}");
    }

    /// <summary>A line for log and watcher.</summary>
    public void Notice(string text)
    {
        log.Write(text);
        progress?.Report(new TrainingProgress(TrainingPhase.Notice, 0, settings.Epochs, 0, 0, double.NaN, null, text));
    }

    /// <summary>How many threads make batches.</summary>
    public void Loaders(int threads) => log.Write($"{threads} loader threads");

    /// <summary>An epoch begins, or goes on where it was interrupted.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    /// <param name="done">Share of it that is done already, 0 to 1.</param>
    public void EpochStarts(int epoch, double done)
    {
        _doneBefore = done;
        _sinceEpoch.Restart();
        log.Write(string.Create(CultureInfo.InvariantCulture, $"epoch: {epoch}"));
    }

    /// <summary>An iteration is done.</summary>
    public void Iteration(TrainingPhase phase, int epoch, int done, int total, double loss)
    {
        if (progress is null) return;

        double share = phase == TrainingPhase.Training ? ShareOf(done, 0) : ShareOf(settings.Iterations, done);
        double seconds = _epochSeconds ?? _sinceEpoch.Elapsed.TotalSeconds / (share - _doneBefore);
        progress.Report(new TrainingProgress(phase, epoch, settings.Epochs, done, total, loss, TimeSpan.FromSeconds(seconds * (settings.Epochs - epoch - share)), ""));
    }

    /// <summary>The share of an epoch's work that some iterations are; a validation iteration is about a third of a training one.</summary>
    public double ShareOf(int iterations, int validationIterations) =>
        ((3.0 * iterations) + validationIterations) / ((3.0 * settings.Iterations) + settings.ValidationIterations);

    /// <summary>An epoch is complete.</summary>
    public void EpochEnds(int epoch, EpochRecord record, double nextRate, bool best)
    {
        _epochSeconds = _epochSeconds is { } before ? (0.7 * before) + (0.3 * record.Seconds) : record.Seconds;
        string dice = string.Join(", ", record.DicePerClass.Select(static d => d.ToString("0.0000", CultureInfo.InvariantCulture)));
        log.Write(string.Create(CultureInfo.InvariantCulture, $"train loss : {record.TrainingLoss:0.0000}"));
        log.Write(string.Create(CultureInfo.InvariantCulture, $"validation loss: {record.ValidationLoss:0.0000}"));
        log.Write($"Average global foreground Dice: [{dice}] (over the voxels of all validation patches: an estimate)");
        log.Write(string.Create(CultureInfo.InvariantCulture, $"lr: {nextRate:0.######}"));
        log.Write(string.Create(CultureInfo.InvariantCulture, $"waited for data {record.WaitShare:0.0%} of the time"));
        if (record.WaitShare > LargeWait) log.Write("the network waits for batches: give more loader threads (nnUNet_n_proc_DA) or faster storage");
        if (best) log.Write("best moving average of the validation Dice so far");
        log.Write(string.Create(CultureInfo.InvariantCulture, $"This epoch took {record.Seconds:0.00} s"));

        TimeSpan left = TimeSpan.FromSeconds(_epochSeconds.Value * (settings.Epochs - epoch - 1));
        string end = left > TimeSpan.Zero ? $", about {Readable(left)} left" : "";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch + 1}/{settings.Epochs}: train loss {record.TrainingLoss:0.0000}, validation loss {record.ValidationLoss:0.0000}, Dice {record.Dice:0.0000} ({dice}), rate {record.Rate:0.######}, {record.Seconds:0.0} s, waited {record.WaitShare:0%}{end}");
        progress?.Report(new TrainingProgress(TrainingPhase.EpochDone, epoch, settings.Epochs, settings.Iterations, settings.Iterations, record.TrainingLoss, left, text));
    }

    /// <summary>A validation case is predicted and exported.</summary>
    public void ValidationCase(string caseId, int done, int total)
    {
        log.Write($"validation case {caseId} ({done}/{total})");
        progress?.Report(new TrainingProgress(TrainingPhase.FinalValidation, settings.Epochs, settings.Epochs, done, total, double.NaN, null, caseId));
    }

    private static string Readable(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s"),
    };
}
