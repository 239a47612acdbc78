using System.Globalization;
using NnUNet.Core.Batches;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Training.Logs;

/// <summary>Reports the course of a training to its logs, to the caller's progress and to the observers.</summary>
/// <param name="folder">The fold's folder.</param>
/// <param name="log">The log for people.</param>
/// <param name="progress">Receives all reports; null where the caller wants none.</param>
/// <param name="observers">Receive all reports too; an exception of one of them becomes a notice and does not stop the training.</param>
/// <param name="settings">What is trained, and how.</param>
internal sealed class TrainingReporter(
    string folder, TrainingLog log, IProgress<TrainingProgress>? progress, IReadOnlyList<IProgress<TrainingProgress>> observers, TrainingSettings settings) : IDisposable
{
    private readonly IterationClock _clock = new(settings);
    private readonly TensorBoardLog _points = new(folder);
    private TrainingJournal? _journal;
    private IBatchSource? _batches;
    private WaitHint? _hint;
    private ValueArray<LabelName> _classes;
    private int? _imagesOfEpoch;
    private double _rate;
    private (int Epoch, int Iteration) _place;

    /// <summary>Reports what is trained, and on which device. The rows, points and curves of what came before are cut back to the checkpoint.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="begun">The checkpoint from which it continues; null where it begins.</param>
    /// <param name="trains">False where the checkpoint is only validated, so that nothing is cut.</param>
    public void Start(TrainingSetup setup, TrainingRecord? begun, bool trains)
    {
        if (begun is null) TrainingHistory.RemoveAll(folder);
        else if (trains) TrainingHistory.CutBack(folder, begun.State);
        _place = PlaceOf(begun?.State ?? new TrainingState());
        _classes = ScoredOf(setup);
        _journal = new TrainingJournal(folder);
        Event(begun is null ? "start" : trains ? "resume" : "validate", new { log = Path.GetFileName(log.FilePath), settings });

        log.Write($"{settings.Trainer}, {settings.Configuration}, {settings.Task}, fold {settings.Fold}, {settings.Plans}, stage {settings.Stage}");
        log.Write($"{settings.Epochs} epochs of {settings.Iterations} training and {settings.ValidationIterations} validation iterations, batch {settings.BatchSize}, patch {settings.PatchSize}, seed {settings.Seed}");
        log.Write($"{settings.Loss}, batch Dice {(settings.BatchDice ? "on" : "off")}, weights {settings.OutputWeights}; {settings.Precision.Name()} on {settings.Device}, {settings.Threads} torch threads");
        if (settings.Regions.Count > 0) log.Write($"the outputs are regions: {new LabelRegions(settings.Regions, settings.RegionsClassOrder)}; Dice of classes is that of regions in this order");
        log.Write($"{setup.Fold.Train.Count} training cases: {string.Join(", ", setup.Fold.Train)}");
        log.Write($"{setup.Fold.Val.Count} validation cases: {string.Join(", ", setup.Fold.Val)}");
        if (begun is null) return;

        if (!trains)
        {
            log.Write($"nothing is trained; the checkpoint after {begun.State.Epoch} epochs predicts the validation cases");
            return;
        }

        if (Computing(begun.Settings) != Computing(settings))
        {
            Notice(
                $"begun {Computing(begun.Settings)}, continued {Computing(settings)}: "
                + "the weights will not be, bit for bit, those of an uninterrupted training");
        }

        if (Sharing(begun.Settings) != Sharing(settings))
        {
            string batch = begun.Settings.BatchSize == settings.BatchSize ? "the sums are made in another order, so the last bits differ" : "the batch is another one, and so is what is trained";
            Notice($"begun by {Sharing(begun.Settings)}, continued by {Sharing(settings)}: {batch}");
        }

        if (begun.State.Curves.Count > 0)
        {
            Tell(new TrainingProgress(TrainingPhase.Resumed, begun.State.Epoch, settings.Epochs, 0, 0, double.NaN, null, "") { Curves = begun.State.Curves, Settings = settings, Classes = _classes });
        }

        Notice($"continued from epoch {begun.State.Epoch}, iteration {begun.State.Iteration + begun.State.ValidationIteration}");
    }

    /// <summary>A line for log and watcher.</summary>
    public void Notice(string text)
    {
        log.Write(text);
        progress?.Report(new TrainingProgress(TrainingPhase.Notice, 0, settings.Epochs, 0, 0, double.NaN, null, text));
    }

    /// <summary>The network of a training that begins.</summary>
    /// <param name="sketch">Makes the sketch; called only where there are observers; an exception of it becomes a notice.</param>
    public void NetworkBuilt(Func<NetworkSketch> sketch)
    {
        if (observers.Count == 0) return;
        try
        {
            Tell(new TrainingProgress(TrainingPhase.NetworkBuilt, 0, settings.Epochs, 0, 0, double.NaN, null, "") { Network = sketch() });
        }
#pragma warning disable CA1031 // a network of the user's may do anything on an image of zeros
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Notice($"the network cannot be drawn ({e.Message.TrimEnd('.')})");
        }
    }

    /// <summary>A row of the journal at the place that was reached last.</summary>
    /// <param name="name">What happened, as one word such as <c>skipped_step</c>.</param>
    /// <param name="more">An object whose keys follow.</param>
    public void Event(string name, object more) => _journal?.Write(name, _place.Epoch, _place.Iteration, more);

    /// <summary>A training step that was not taken: a row and a notice.</summary>
    /// <param name="iteration">The training iteration, from 0 on.</param>
    /// <param name="reason">Why, as a sentence for people.</param>
    /// <param name="cases">The cases of its batch.</param>
    public void SkippedStep(int iteration, string reason, IReadOnlyList<string> cases)
    {
        _place.Iteration = iteration + 1;
        Event("skipped_step", new { reason, cases });
        Notice($"epoch {_place.Epoch}, training iteration {iteration}: step skipped: {reason} (cases {string.Join(", ", cases)})");
    }

    /// <summary>A validation batch whose loss is left out of the mean: a row and a notice.</summary>
    /// <param name="iteration">The validation iteration, from 0 on.</param>
    /// <param name="reason">Why, as a sentence for people.</param>
    /// <param name="cases">The cases of its batch.</param>
    public void SkippedValidation(int iteration, string reason, IReadOnlyList<string> cases)
    {
        Event("skipped_validation", new { reason, cases });
        Notice($"epoch {_place.Epoch}, validation iteration {iteration}: left out: {reason} (cases {string.Join(", ", cases)})");
    }

    /// <summary>A training whose validation Dice stayed 0 is restarted: a row and a notice.</summary>
    /// <param name="epoch">The epoch that is complete.</param>
    /// <param name="momentum">The momentum factor from now on.</param>
    public void Rescued(int epoch, double momentum)
    {
        Event("rescued", new { momentum });
        Notice(FormattableString.Invariant(
            $"after {epoch + 1} epochs the validation Dice is still 0: too much momentum may be the cause, so it is lowered to {momentum}, and the training is restarted with new weights"));
    }

    /// <summary>The recipe ends the training before its last epoch: a row and a notice.</summary>
    /// <param name="epochs">Epochs that are complete.</param>
    /// <param name="reason">Why.</param>
    public void EndsEarly(int epochs, string reason)
    {
        Event("ended_early", new { reason });
        Notice($"the training ends after {epochs} of {settings.Epochs} epochs: {reason}");
    }

    /// <summary>Batches are being made.</summary>
    /// <param name="batches">The batches, whose waiting time is reported with each iteration.</param>
    /// <param name="threads">How many threads make batches.</param>
    /// <param name="fitting">How many fit on this machine beside torch's.</param>
    public void Loaders(IBatchSource batches, int threads, int fitting)
    {
        _batches = batches;
        _hint = new WaitHint(threads, fitting, settings.Threads);
        log.Write($"{threads} loader threads");
    }

    /// <summary>An epoch begins, or continues where it was interrupted.</summary>
    /// <param name="state">The place.</param>
    /// <param name="rate">Its learning rate.</param>
    public void EpochStarts(TrainingState state, double rate)
    {
        _rate = rate;
        _place = PlaceOf(state);
        _clock.EpochStarts(state.Iteration, state.ValidationIteration);
        log.Write(string.Create(CultureInfo.InvariantCulture, $"epoch: {state.Epoch}"));
    }

    /// <summary>An iteration is done.</summary>
    public void Iteration(TrainingPhase phase, TrainingState state, double loss)
    {
        bool training = phase == TrainingPhase.Training;
        _place = PlaceOf(state);
        _clock.IterationEnds(phase);
        Tell(new TrainingProgress(
            phase,
            state.Epoch,
            settings.Epochs,
            training ? state.Iteration : state.ValidationIteration,
            training ? settings.Iterations : settings.ValidationIterations,
            loss,
            _clock.Left(state),
            "")
        {
            Rate = _rate,
            SecondsPerIteration = _clock.SecondsPerIteration,
            WaitShare = _batches?.Wait.Share ?? 0,
        });
    }

    /// <summary>An epoch is complete.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    /// <param name="record">What it gave.</param>
    /// <param name="state">The place after it.</param>
    /// <param name="nextRate">The learning rate of the next epoch.</param>
    /// <param name="best">Whether it is the best so far.</param>
    public void EpochEnds(int epoch, EpochRecord record, TrainingState state, double nextRate, bool best)
    {
        bool wholeImages = _imagesOfEpoch is not null;
        _imagesOfEpoch = null;
        _place = PlaceOf(state);
        _clock.EpochEnds(record.Seconds);
        _points.Write(epoch, record, state.ValidationAverage);
        _journal?.WriteEpoch("epoch", epoch, record);
        if (best) _journal?.WriteEpoch("best", epoch, new { val_eval_criterion_MA = state.ValidationAverage });

        string dice = string.Join(", ", record.DicePerClass.Select(static d => d.ToString("0.0000", CultureInfo.InvariantCulture)));
        TimeSpan left = _clock.Left(state);
        log.Write(string.Create(CultureInfo.InvariantCulture, $"train loss : {record.TrainingLoss:0.0000}"));
        log.Write(string.Create(CultureInfo.InvariantCulture, $"validation loss: {record.ValidationLoss:0.0000}"));
        log.Write(wholeImages ? $"Dice of the regions in whole validation images: [{dice}]" : $"Average global foreground Dice: [{dice}] (over the voxels of all validation patches: an estimate)");
        log.Write($"lr: {RateText(nextRate)}");
        log.Write(string.Create(CultureInfo.InvariantCulture, $"waited for data {record.WaitShare:0.0%} of the time"));
        if (settings.Replicas is not null) log.Write(string.Create(CultureInfo.InvariantCulture, $"waited for other replicas {record.ReplicaWaitShare:0.0%} of the time"));
        if (record.SkippedSteps > 0) log.Write($"{record.SkippedSteps} training steps were skipped");
        if (best) log.Write("best moving average of the validation Dice so far");
        log.Write(string.Create(CultureInfo.InvariantCulture, $"This epoch took {record.Seconds:0.00} s"));

        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch + 1}/{settings.Epochs}: train loss {record.TrainingLoss:0.0000}, validation loss {record.ValidationLoss:0.0000}, Dice {record.Dice:0.0000} ({dice}), rate {RateText(record.Rate)}, {record.Seconds:0.0} s, waited {record.WaitShare:0%}")
            + (settings.Replicas is null ? "" : string.Create(CultureInfo.InvariantCulture, $", for replicas {record.ReplicaWaitShare:0%}"));
        Tell(new TrainingProgress(TrainingPhase.EpochDone, epoch, settings.Epochs, settings.Iterations, settings.Iterations, record.TrainingLoss, left, text)
        {
            Rate = record.Rate,
            WaitShare = record.WaitShare,
            Record = record,
            Curves = state.Curves,
            Settings = settings,
            Classes = _classes,
            Best = best,
        });
        if (_hint?.After(record.WaitShare) is { } hint) Notice(hint);
    }

    /// <summary>The whole validation images are predicted and scored before an epoch ends; otherwise they are in the final validation.</summary>
    /// <param name="epoch">Epoch from 0 on.</param>
    public void ValidatesImages(int epoch) => _imagesOfEpoch = epoch;

    /// <summary>A validation case is predicted and exported, or was before.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="done">Cases that are done.</param>
    /// <param name="total">All cases.</param>
    /// <param name="prediction">The end of its prediction; null where it is kept.</param>
    public void ValidationCase(string caseId, int done, int total, PredictProgress? prediction = null)
    {
        log.Write($"validation case {caseId} ({done}/{total})");
        Tell(InValidation("predicting", done, total) with { Text = caseId, Prediction = prediction });
    }

    /// <summary>A validation case is being predicted.</summary>
    /// <param name="done">Cases that are done.</param>
    /// <param name="total">All cases.</param>
    /// <param name="prediction">How far the prediction is.</param>
    public void ValidationPredicts(int done, int total, PredictProgress prediction) => Tell(InValidation("predicting", done, total) with { Prediction = prediction });

    /// <summary>Something else is done with the validation cases.</summary>
    /// <param name="step">What, for people.</param>
    /// <param name="done">Cases that are done.</param>
    /// <param name="total">All cases.</param>
    public void ValidationStep(string step, int done, int total) => Tell(InValidation(step, done, total));

    /// <summary>The training stops before its end; a checkpoint of this place is saved.</summary>
    /// <param name="state">The place; null for the one that was reached last.</param>
    /// <param name="reason">Why, and how to continue.</param>
    public void Stops(TrainingState? state, string reason)
    {
        if (state is not null) _place = PlaceOf(state);
        Event("stop", new { reason });
        Notice(reason);
    }

    /// <summary>The training ends with an error, which the caller reports.</summary>
    public void Fails(Exception error)
    {
        Event("failed", new { reason = error.Message });
        log.Write($"failed: {error.Message}");
    }

    /// <summary>Everything is done.</summary>
    /// <param name="state">The last state.</param>
    /// <param name="summary">The scores of the validation cases; null where there are none.</param>
    public void Completes(TrainingState state, SegmentationSummary? summary)
    {
        _place = PlaceOf(state);
        Event("final", new { seconds = state.Seconds, best_epoch = state.BestEpoch, validation_dice = summary?.ForegroundMean() });
    }

    /// <inheritdoc/>
    public void Dispose() => _journal?.Dispose();

    private void Tell(TrainingProgress told)
    {
        told = told with { Folder = folder };
        progress?.Report(told);
        foreach (IProgress<TrainingProgress> observer in observers)
        {
            try
            {
                observer.Report(told);
            }
#pragma warning disable CA1031 // a training of days does not end since a picture could not be written
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                Notice(e.Message);
            }
        }
    }

    private TrainingProgress InValidation(string step, int done, int total) =>
        new(_imagesOfEpoch is null ? TrainingPhase.FinalValidation : TrainingPhase.ImageValidation, _imagesOfEpoch ?? settings.Epochs, settings.Epochs, done, total, double.NaN, null, "") { Step = step };

    /// <summary>What the Dice of an epoch are of: structures of whole images where the recipe asks for them, else the network's classes or regions.</summary>
    private static ValueArray<LabelName> ScoredOf(TrainingSetup setup) => setup.Recipe.WholeImageStructures is { Count: > 0 } structures
        ? structures.Select(static (s, i) => new LabelName(s.Values.Count == 1 ? s.Values[0] : i + 1, s.Name)).ToValueArray()
        : setup.Contract.Labels.Scored;

    /// <summary>Six decimals, or of smaller rates, at which some trainings end, the first digits.</summary>
    private static string RateText(double rate) => rate.ToString(rate is > 0 and < 1e-5 ? "0.##e-0" : "0.######", CultureInfo.InvariantCulture);

    private static string Computing(TrainingSettings settings) => $"in {settings.Precision.Name()} with {settings.Threads} threads on {settings.Device}";

    private static string Sharing(TrainingSettings settings) => $"{settings.Replicas?.ToString(CultureInfo.InvariantCulture) ?? "one"} replica{(settings.Replicas is null ? "" : "s")} with a batch of {settings.BatchSize}";

    private static (int Epoch, int Iteration) PlaceOf(TrainingState state) => (state.Epoch, state.Iteration + state.ValidationIteration);
}
