using NnUNet.Core.Batches;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Replicas;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training.Logs;
using NnUNet.Torch.Training.Validation;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Training.Engine;

/// <summary>One training of one fold: <c>nnUNet_train</c>. Trains, then predicts and scores the validation cases.</summary>
/// <remarks>
/// Writes into the model's folder <c>plans.json</c> and <c>dataset.json</c>, and into the fold's <c>model_{latest,best,final_checkpoint}</c>,
/// <c>progress.png</c>, <c>network_architecture.svg</c> and <c>.pdf</c>, <c>debug.json</c>, logs for people, programs and TensorBoard, and <c>validation_raw/</c> with <c>summary.json</c>.
/// Source: nnunet/run/run_training.py and nnunet/training/network_training.
/// </remarks>
public static class TrainingRun
{
    /// <summary>The seed where the user gives none.</summary>
    public const long DefaultSeed = 12345;

    /// <summary>Runs a training to its end, or until it is cancelled.</summary>
    /// <param name="options">What to train.</param>
    /// <param name="progress">Receives a report after every iteration, epoch and validation case.</param>
    /// <param name="cancel">Stops between two iterations; what was reached is saved, and the method returns.</param>
    /// <exception cref="DescribedException">Something is missing, contradictory or went wrong; what had been saved stays.</exception>
    public static TrainingResult Execute(TrainingOptions options, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (options.MaxTime is { } time) stop.CancelAfter(time);
        (TrainingResult result, bool asked) =
            options.Communicator is { } ranks ? ReplicaRank.Run(options, new ReplicaGroup(ranks), group => Lead(options, group, progress, stop.Token), stop.Token, cancel)
            : options.Devices.Count > 1 ? (ReplicaThreads.Run(options, (leading, group) => Lead(leading, group, progress, stop.Token), stop.Token), cancel.IsCancellationRequested)
            : (Lead(options, ReplicaGroup.Alone(), progress, stop.Token), cancel.IsCancellationRequested);
        return result with { TimeIsUp = options.MaxTime is not null && !result.Completed && !asked };
    }

    /// <summary>The training as the replica sees it that leads, which may be the only one.</summary>
    private static TrainingResult Lead(TrainingOptions options, ReplicaGroup group, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        if (group.World > 1) TorchRuntime.Initialize();
        using TrainingSetup setup = TrainingSetup.Open(options);
        TrainingFiles files = new(setup.FoldPath, options.Save);
        using OtherTraining? other = setup.OpenOther(options);
        TrainingRecord? begun = other is not null ? other.Record
            : options.Validation.Best ? files.ReadBest()
            : options.Continue || options.ValidationOnly ? files.ReadLast(options.ValidationOnly) : null;
        if (begun is not null && other is null) CheckUnchanged(setup, options, begun.Settings);
        using FileLock held = FoldLock.Take(setup.FoldPath);
        files.RemoveLeftovers();

        TrainingSettings settings = setup.Decide(options, begun?.Settings);
        group.Barrier(); // those that follow may look at the files now
        TorchRuntime.Initialize(settings.Threads);
        using TrainingLog log = new(setup.FoldPath, DateTime.Now);
        using TorchWorker worker = new(options.Device, settings.Threads);
        using TrainingReporter reporter = new(setup.FoldPath, log, progress, options.Observers, settings);
        try
        {
            return worker.Run(() => Run(setup, files, begun, other, settings, options, group, reporter, cancel));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DescribedException? memory = OutOfMemoryErrors.Describe(e, setup.FoldPath, MemoryRemedy(options));
            reporter.Fails(memory ?? e);
            if (memory is not null) throw memory;
            throw;
        }
    }

    /// <summary>Who trains together, and what each computes.</summary>
    private static string ReplicasText(ReplicaGroup group, TrainingSettings settings, ConfigurationPlan plan)
    {
        string hosts = string.Join(", ", group.Hosts.GroupBy(static host => host).Select(static host => $"{host.Count()} on {host.Key}"));
        string shares = string.Join(" + ", Enumerable.Range(0, group.World).Select(rank => SampleShare.Of(rank, group.World, settings.BatchSize).Count));
        string grown = settings.DistributesBatch == true && settings.BatchSize > plan.BatchSize ? $", since each needs a sample (the plan's has {plan.BatchSize})" : "";
        return $"{group.World} replicas train together ({group.Engine}; {hosts}): a batch of {settings.BatchSize} as {shares}{grown}";
    }

    internal static string MemoryRemedy(TrainingOptions options)
    {
        string precision = options.Precision == ComputePrecision.Float32 ? "leave out --fp32, " : "";
        string goOn = options.Save ? "; -c then goes on from the last checkpoint, unless the plan has changed" : "";
        return $"close other programs that use it, {precision}or train with a smaller batch or patch in a plan of its own name (docs/plans.md){goOn}";
    }

    private static TrainingResult Run(
        TrainingSetup setup,
        TrainingFiles files,
        TrainingRecord? begun,
        OtherTraining? other,
        TrainingSettings settings,
        TrainingOptions options,
        ReplicaGroup group,
        TrainingReporter reporter,
        CancellationToken cancel)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = options.Device.ToTorch();
        using SegmentationNetwork network = setup.CreateNetwork(settings);
        using WeightOptimizer optimizer = setup.CreateOptimizer(settings, network);
        IReadOnlyList<string> pretrained = [];
        if (begun is null)
        {
            // What an earlier training of this fold left would be taken for this one's.
            if (options.Save && files.RemoveAll()) reporter.Notice("the checkpoints of an earlier training of this fold are replaced");
            network.Initialize(unchecked((ulong)settings.Seed));
            if (settings.PretrainedWeights is { } path) pretrained = PretrainedWeights.Load(path, network);
        }

        network.to(device);
        DescribedException? skipped = null;
        if (other is not null) other.Load(network, options.ValidationOnly ? null : optimizer);
        else if (options.Validation.Best) begun = files.LoadBest(network);
        else if (begun is not null) (begun, skipped) = files.LoadLast(network, optimizer);

        // A finished training of another program stays that program's model.
        bool trains = !options.ValidationOnly && !(other is { IsFinal: true } && begun!.State.IsComplete(settings));
        if (trains) other?.KeepFiles();
        if (trains) WriteDescription(setup, settings, network);
        reporter.Start(setup, begun, trains);
        if (other is not null) reporter.Notice($"{(trains ? "taken over" : "read")} from {other.Path}, which stays as it is");
        foreach (string taken in trains ? other?.Remarks ?? [] : []) reporter.Notice(taken);
        if (group.World > 1 && trains) reporter.Notice(ReplicasText(group, settings, setup.Configuration));
        if (setup.PlanRemark is { } plan) reporter.Notice($"warning: {plan}");
        if (setup.SplitRemark is { } remark) reporter.Notice($"warning: {remark}");
        foreach (string line in pretrained) reporter.Notice(line);
        foreach (string key in PlanFile.UnknownKeys(setup.Plan)) reporter.Notice($"warning: {options.Plans}: {key}");
        if (options.Deterministic && options.Device.IsCuda) reporter.Notice("--deterministic has no effect on CUDA yet: the torch binding cannot ask for sums that repeat, so the last bits may differ from run to run");
        if (!options.Save) reporter.Notice("no checkpoint is saved: this training cannot be continued, and nothing can be predicted with it; only its scores and curves stay");
        if (begun is null) reporter.NetworkBuilt(() => NetworkSketch.Of(setup, settings, network, device));
        if (skipped is not null) reporter.Notice($"the newest checkpoint is damaged, so the one before it is taken: {skipped.Message}");
        TrainingState state = begun?.State ?? new TrainingState();
        bool goesOn = trains && !state.IsComplete(settings);
        ReplicaStart.Record(group, goesOn ? new TrainingRecord(settings, state) : null);
        if (goesOn)
        {
            ReplicaStart.Share(group, network, optimizer);
            TrainingLoop loop = new(setup, settings, files, network, optimizer, reporter, group);
            if (begun is null || other is not null) files.SaveLatest(new TrainingRecord(settings, state), network, optimizer);
            state = loop.Run(state, options, device, cancel);
            if (!state.IsComplete(settings))
            {
                reporter.Stops(state, $"interrupted in epoch {state.Epoch}; {(options.Save ? "-c continues from here" : "nothing was saved")}");
                return new TrainingResult(false, setup.FoldPath, state.Epoch, null);
            }
        }
        else if (trains && !files.HasFinal)
        {
            // The run was killed after its last epoch's checkpoint, before the final one.
            files.SaveFinal(new TrainingRecord(settings, state), network, optimizer);
        }

        // Processes that have trained together validate together. Of replicas on threads, and where nothing was trained, one validates: the cores of the others are free for it.
        ReplicaGroup validating = goesOn && options.Communicator is not null ? group : ReplicaGroup.Alone();
        if (group.World > validating.World) TorchRuntime.SetThreads(Math.Min(OperationThreads.Default, settings.Threads * options.CoreShares));
        try
        {
            SegmentationSummary? summary = FinalValidation.Run(setup, network, options.Device, settings, options.Validation, reporter, validating, cancel);
            reporter.Completes(state, summary);
            return new TrainingResult(true, setup.FoldPath, state.Epoch, summary);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested || validating.World > 1)
        {
            reporter.Stops(state, options.Save ? "interrupted in the final validation; -c repeats it" : "interrupted in the final validation; nothing was saved");
            return new TrainingResult(false, setup.FoldPath, state.Epoch, null);
        }
    }

    /// <summary>A continued training must be the one that was begun.</summary>
    private static void CheckUnchanged(TrainingSetup setup, TrainingOptions options, TrainingSettings recorded)
    {
        TrainingDifferences differences = setup.DifferencesFrom(options, recorded);
        if (differences.Asked.Count > 0)
        {
            string remedy = differences.Asked.Any(static text => text.StartsWith(TrainingDesign.SharingOption, StringComparison.Ordinal)) ? $"give {TrainingDesign.SharingOption}, or leave it out, as when it was begun" : "leave these options out to continue it";
            throw new DescribedException(setup.FoldPath, $"this training was begun otherwise: {string.Join(", ", differences.Asked)}", $"{remedy}, or {StartOver(options)}");
        }

        if (differences.Decided.Count > 0)
        {
            throw new DescribedException(setup.FoldPath, $"plan or recipe have changed since this training was begun: {string.Join(", ", differences.Decided)}", $"restore them, or {StartOver(options)}");
        }
    }

    private static string StartOver(TrainingOptions options) => options.ValidationOnly ? "train the fold anew without -val" : "leave out -c to start over";

    /// <summary>The names of labels and the ending of segmentations go with the model, wherever it is copied to.</summary>
    private static void WriteDatasetDescription(string preprocessedTask, string model)
    {
        string source = Path.Combine(preprocessedTask, DatasetDescription.FileName), copy = Path.Combine(model, DatasetDescription.FileName);
        if (File.Exists(source) && !Stamp.Same(source, copy)) AtomicFile.Copy(source, copy);
    }

    private static void WriteDescription(TrainingSetup setup, TrainingSettings settings, SegmentationNetwork network)
    {
        ProductJson.Write(Path.Combine(setup.ModelPath, Plan.ModelFileName), setup.ModelPlan);
        WriteDatasetDescription(setup.PreprocessedPath, setup.ModelPath);
        ProductJson.Write(Path.Combine(setup.FoldPath, TrainingDebug.FileName), TrainingDebug.Of(setup, settings, network));
    }
}
