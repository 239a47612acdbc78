using System.Diagnostics;
using NnUNet.Core.Augmentation;
using NnUNet.Core.Batches;
using NnUNet.Foundation;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;
using NnUNet.Torch.Training.Validation;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training.Engine;

/// <summary>The epochs of a training: iterations, validation, averages, checkpoints. The order of things is fixed, and the same on all replicas.</summary>
/// <remarks>What a replica decides, it decides by numbers of the whole batch, so that all decide alike. Source: network_trainer.py, run_training and on_epoch_end.</remarks>
internal sealed class TrainingLoop
{
    /// <summary>Steps in a row that may be skipped; with so many, the training stops.</summary>
    private const int SkipsToStop = 10;

    private readonly TrainingSetup _setup;
    private readonly TrainingSettings _settings;
    private readonly TrainingFiles _files;
    private readonly SegmentationNetwork _network;
    private readonly WeightOptimizer _optimizer;
    private readonly TrainingReporter? _reporter;
    private readonly ReplicaGroup _group;
    private readonly Stopwatch _sinceSave = new();
    private readonly Stopwatch _sinceEpoch = new();
    private TrainingState _state = new();
    private OnlineEvaluation _evaluation;

    /// <summary>A training of one replica.</summary>
    /// <param name="setup">What is trained.</param>
    /// <param name="settings">What was decided.</param>
    /// <param name="files">Where it is saved; of a replica that does not lead one that saves nothing.</param>
    /// <param name="network">The network, on its device, the same on all replicas.</param>
    /// <param name="optimizer">Its optimiser, with the same states on all replicas.</param>
    /// <param name="reporter">Tells of it; null in a replica that does not lead.</param>
    /// <param name="group">The replicas.</param>
    public TrainingLoop(
        TrainingSetup setup, TrainingSettings settings, TrainingFiles files, SegmentationNetwork network, WeightOptimizer optimizer, TrainingReporter? reporter, ReplicaGroup group)
    {
        _group = group;
        _setup = setup;
        _settings = settings;
        _files = files;
        _network = network;
        _optimizer = optimizer;
        _reporter = reporter;
        _evaluation = EvaluationFrom(_state);
    }

    /// <summary>Runs from a state to the end, or until cancelled.</summary>
    /// <returns>The state that was reached; it is saved.</returns>
    public TrainingState Run(TrainingState state, TrainingOptions options, Device device, CancellationToken cancel)
    {
        _state = state with { LossScale = _settings.Precision == ComputePrecision.Float16 ? state.LossScale ?? new LossScale() : null };
        _evaluation = EvaluationFrom(state);
        SampleShare share = _group.ShareOf(_settings.BatchSize);
        BatchShare batch = ReplicaBatchShare.Of(_group, _settings.BatchSize);
        DeepSupervisionLoss loss = TrainingSetup.CreateLoss(_settings, batch);
        _network.Batch = batch;
        using GradientSum gradients = new(_network, _group);
        TrainingStep step = new(_network, _optimizer, loss, device, _settings.Regions, _group, gradients, share.Part);
        int fitting = Math.Max(1, (Environment.ProcessorCount / options.CoreShares) + 1 - _settings.Threads);

        // As many as fit beside torch's threads, or as the user asks for where that is less.
        int loaders = Math.Min(options.LoaderThreads ?? fitting, fitting);
        using IBatchSource batches = _setup.CreateBatches(_settings, _network.OutputStrides, state.Next(_settings), loaders, share);
        _reporter?.Loaders(batches, loaders, fitting);
        _sinceSave.Restart();
        while (!_state.IsComplete(_settings))
        {
            loss.StartEpoch(_state.Epoch);
            if (!RunEpoch(step, batches, options, cancel))
            {
                SaveLatest();
                return _state;
            }
        }

        _network.Batch = BatchShare.Whole;
        _files.SaveFinal(new TrainingRecord(_settings, _state), _network, _optimizer);
        return _state;
    }

    /// <returns>False where the token was cancelled within the epoch.</returns>
    private bool RunEpoch(TrainingStep step, IBatchSource batches, TrainingOptions options, CancellationToken cancel)
    {
        _sinceEpoch.Restart();
        batches.TakeWait();
        _group.TakeWait();
        double secondsBefore = _state.Seconds;
        double rate = _setup.Recipe.LearningRateAfter(_state.Course(_settings));
        _optimizer.Momentum = _state.RescueMomentum ?? _setup.Recipe.MomentumAt(_state.Epoch, _settings.Epochs);
        _reporter?.EpochStarts(_state, rate);
        _network.DeepSupervision = true;
        _network.train();
        while (_state.Iteration < _settings.Iterations)
        {
            if (!TryTake(batches, cancel, out TrainingBatch? batch)) return false;

            using TrainingBatch training = batch;
            StepResult result = step.Train(training, rate, _state.LossScale?.Scale ?? 1);
            _state = (result.Fault is null ? Taken(result.Loss) : Skipped(result.Fault, training)) with { Seconds = secondsBefore + _sinceEpoch.Elapsed.TotalSeconds };
            _reporter?.Iteration(TrainingPhase.Training, _state, result.Loss);
            SaveFromTimeToTime(options);
        }

        _network.eval();
        while (_state.ValidationIteration < _settings.ValidationIterations)
        {
            if (!TryTake(batches, cancel, out TrainingBatch? batch)) return false;

            using TrainingBatch validation = batch;
            OnlineEvaluation counted = EvaluationFrom(new TrainingState());
            StepResult result = step.Validate(validation, counted);
            _evaluation.Add(counted, _group);
            if (result.Fault is { } fault)
            {
                IReadOnlyList<string> cases = CasesOf(validation);
                _reporter?.SkippedValidation(_state.ValidationIteration, fault, cases);
            }

            _state = _state with
            {
                ValidationIteration = _state.ValidationIteration + 1,
                ValidationLossSum = _state.ValidationLossSum + (result.Fault is null ? result.Loss : 0),
                SkippedValidations = _state.SkippedValidations + (result.Fault is null ? 0 : 1),
                Seconds = secondsBefore + _sinceEpoch.Elapsed.TotalSeconds,
            };
            _reporter?.Iteration(TrainingPhase.Validating, _state, result.Loss);
            SaveFromTimeToTime(options);
        }

        double[] waits = _group.Sum(batches.TakeWait().Share, _group.TakeWait().Share);
        if (!TryScoreImages(options, cancel, out ValueArray<double> scores)) return false;

        FinishEpoch(rate, waits[0] / _group.World, waits[1] / _group.World, scores.Count > 0 ? scores : _evaluation.DicePerClass());
        return true;
    }

    /// <summary>Predicts and scores the whole validation images, where the recipe wants that: one replica does it for all.</summary>
    /// <returns>False where it was cancelled.</returns>
    private bool TryScoreImages(TrainingOptions options, CancellationToken cancel, out ValueArray<double> scores)
    {
        scores = [];
        if (_setup.Recipe.WholeImageStructures.Count == 0) return true;

        bool cancelled = false;
        if (_group.Leads)
        {
            try
            {
                scores = EpochValidation.Run(_setup, _network, options.Device, _settings, _state.Epoch, _reporter!, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                cancelled = true;
            }
        }

        double[] told = _group.Broadcast([cancelled ? 1 : 0, .. scores.Count > 0 ? scores : _setup.Recipe.WholeImageStructures.Select(static _ => 0.0)]);
        scores = [.. told.AsSpan(1)];
        return told[0] == 0;
    }

    private TrainingState Taken(double loss) => _state with
    {
        Iteration = _state.Iteration + 1,
        TrainingLossSum = _state.TrainingLossSum + loss,
        SkippedInARow = 0,
        LossScale = _state.LossScale?.AfterStep(),
    };

    /// <exception cref="DescribedException">Too many steps in a row were skipped.</exception>
    private TrainingState Skipped(string fault, TrainingBatch batch)
    {
        bool explained = _state.LossScale is { Scale: > LossScale.Minimum };
        LossScale? scale = _state.LossScale?.AfterSkip();
        int inARow = explained ? 0 : _state.SkippedInARow + 1;
        IReadOnlyList<string> cases = CasesOf(batch);
        _reporter?.SkippedStep(batch.Key.Iteration, explained ? FormattableString.Invariant($"{fault}; loss scale lowered to {scale!.Scale}") : fault, cases);
        if (inARow >= SkipsToStop)
        {
            throw new DescribedException(
                $"epoch {batch.Key.Epoch}, training iteration {batch.Key.Iteration}",
                $"{fault} for the cases {string.Join(", ", cases)}, and {inARow} steps in a row were skipped for such reasons",
                "look at these cases for values that are no numbers or far too large; where they are sound, the rate is too high for this data set");
        }

        return _state with { Iteration = _state.Iteration + 1, SkippedSteps = _state.SkippedSteps + 1, SkippedInARow = inARow, LossScale = scale };
    }

    /// <summary>The cases of the samples of all replicas.</summary>
    private IReadOnlyList<string> CasesOf(TrainingBatch batch) =>
        _group.World == 1 ? batch.Cases : [.. _group.Gather(string.Join('\n', batch.Cases)).SelectMany(static cases => cases.Split('\n'))];

    private bool TryTake(IBatchSource batches, CancellationToken cancel, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TrainingBatch? batch)
    {
        batch = null;

        // All replicas stop before the same step, whichever of them was asked to.
        if (_group.Any(cancel.IsCancellationRequested)) return false;

        try
        {
            batch = batches.Take(_group.World == 1 ? cancel : CancellationToken.None);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private void FinishEpoch(double rate, double dataWait, double replicaWait, ValueArray<double> classes)
    {
        double[] defined = [.. classes.Where(static d => !double.IsNaN(d))];
        EpochRecord record = new()
        {
            TrainingLoss = _state.TrainingLossSum / (_settings.Iterations - _state.SkippedSteps),
            ValidationLoss = _state.ValidationLossSum / (_settings.ValidationIterations - _state.SkippedValidations),
            Dice = defined.Length > 0 ? defined.Average() : double.NaN,
            DicePerClass = classes,
            SkippedSteps = _state.SkippedSteps,
            Rate = rate,
            Seconds = _sinceEpoch.Elapsed.TotalSeconds,
            WaitShare = dataWait,
            ReplicaWaitShare = replicaWait,
        };

        int epoch = _state.Epoch;
        _state = _state.After(record, _settings, out bool best);
        TrainingCourse course = _state.Course(_settings);
        string? reason = _state.Epoch < _settings.Epochs ? _setup.Recipe.EndsAfter(course) : null;
        _state = _state with { EndedEarly = reason is not null };
        _evaluation = EvaluationFrom(_state);
        ShareAgain();
        if (best) _files.SaveBest(new TrainingRecord(_settings, _state), _network, _optimizer);
        if (epoch == _setup.Recipe.RescueEpoch && record.Dice == 0) Rescue(epoch);
        SaveLatest();
        _reporter?.EpochEnds(epoch, record, _state, _setup.Recipe.LearningRateAfter(course), best);
        if (reason is not null) _reporter?.EndsEarly(_state.Epoch, reason);
    }

    /// <summary>Unlike processors round sums over all weights unlike: once an epoch all replicas take over what the leading one has.</summary>
    private void ShareAgain()
    {
        if (_group.Hosts.Distinct(StringComparer.Ordinal).Count() > 1) ReplicaStart.Share(_group, _network, _optimizer);
    }

    /// <summary>A training whose validation Dice stayed 0 is restarted with new weights and less momentum.</summary>
    /// <remarks>Source: nnUNetTrainerV2.py, on_epoch_end. As there, the optimiser keeps its states, and the learning rate continues.</remarks>
    private void Rescue(int epoch)
    {
        _network.Initialize(unchecked((ulong)RandomStream.SeedFor(_settings.Seed, "rescue")));
        _state = _state with { RescueMomentum = _setup.Recipe.RescueMomentum };
        _reporter?.Rescued(epoch, _setup.Recipe.RescueMomentum);
    }

    private OnlineEvaluation EvaluationFrom(TrainingState state) => new(_setup.Contract.Labels.Scored.Count, state);

    private void SaveFromTimeToTime(TrainingOptions options)
    {
        if (_sinceSave.Elapsed >= options.CheckpointInterval) SaveLatest();
    }

    private void SaveLatest()
    {
        _files.SaveLatest(new TrainingRecord(_settings, _evaluation.Into(_state)), _network, _optimizer);
        _sinceSave.Restart();
    }
}
