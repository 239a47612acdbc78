using NnUNet.Foundation;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Workflows.Scheduling;

/// <summary>Trains one fold.</summary>
internal delegate TrainingResult FoldTraining(TrainingOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel);

/// <summary>Trains everything of a task that is missing: <c>nnunet train_all</c>.</summary>
/// <remarks>The original has no such command; its users call nnUNet_train for every configuration and fold.</remarks>
public static class TrainAll
{
    /// <summary>Finds what is missing. Changes nothing.</summary>
    /// <exception cref="DescribedException">The options are wrong, or plans or preprocessed cases are missing.</exception>
    public static TrainAllPlan Plan(TrainAllOptions options) => TrainAllPlanner.Plan(options);

    /// <summary>Trains what a plan has open, one fold at a time on each device, and continues with the next where a fold fails.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="progress">Receives reports from the thread of each training.</param>
    /// <param name="cancel">Stops the trainings that run; what was reached is saved, and the method returns.</param>
    /// <returns>How each fold of the plan ended, in the plan's order.</returns>
    /// <exception cref="DescribedException">The plan has an <see cref="TrainAllPlan.Obstacle"/>; nothing is trained then.</exception>
    public static IReadOnlyList<FoldResult> Run(TrainAllPlan plan, IProgress<TrainAllProgress>? progress = null, CancellationToken cancel = default) =>
        plan.Obstacle is { } obstacle
            ? throw obstacle
            : Run(plan, plan.Options.Training, progress, cancel, work => TrainAllPlanner.Plan(plan.Options).Work.First(now => now.Key == work.Key));

    /// <summary>Trains what a plan has open.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="train">Trains one fold.</param>
    /// <param name="progress">Receives reports from the thread of each training.</param>
    /// <param name="cancel">Stops the trainings that run.</param>
    /// <param name="look">Looks at a fold again when its turn comes, since another process may have trained it; null where none can.</param>
    internal static IReadOnlyList<FoldResult> Run(
        TrainAllPlan plan, FoldTraining train, IProgress<TrainAllProgress>? progress, CancellationToken cancel, Func<FoldWork, FoldWork>? look = null)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (plan.Options.MaxTime is { } time) stop.CancelAfter(time);
        cancel = stop.Token;
        Dictionary<FoldKey, FoldResult> results = plan.Work.Where(static w => !w.IsOpen)
            .ToDictionary(static w => w.Key, static w => new FoldResult(w, FoldOutcome.WasComplete, Dice: w.Dice));

        // What another process trains may be complete when its turn comes.
        List<FoldWork> waiting = [.. plan.Open.OrderBy(static w => w.State == FoldState.Running)];
        Queue<TorchDevice> idle = new(plan.Options.Devices);
        Dictionary<Task<FoldResult>, TorchDevice> running = [];
        while (true)
        {
            SkipWhatCannotBe(waiting, results, progress);
            while (!cancel.IsCancellationRequested && idle.Count > 0 && waiting.FirstOrDefault(w => w.Needs.All(results.ContainsKey)) is { } next)
            {
                waiting.Remove(next);
                TorchDevice device = idle.Dequeue();
                running.Add(Task.Factory.StartNew(() => Train(plan, next, device, train, look, progress, cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default), device);
            }

            if (running.Count == 0) break;
            Task<FoldResult> ended = Task.WhenAny(running.Keys).GetAwaiter().GetResult();
            FoldResult result = ended.GetAwaiter().GetResult();
            results[result.Work.Key] = result;
            idle.Enqueue(running[ended]);
            running.Remove(ended);
        }

        foreach (FoldWork left in waiting) results[left.Key] = new FoldResult(left, FoldOutcome.NotStarted);
        return [.. plan.Work.Select(w => results[w.Key])];
    }

    /// <summary>The training of a fold as <c>nnUNet_train</c> would be asked for it.</summary>
    internal static TrainingOptions OptionsOf(TrainAllPlan plan, FoldWork work, TorchDevice device)
    {
        // Several trainings share the cores; one alone decides for itself.
        int share = Math.Max(1, Environment.ProcessorCount / plan.Options.Devices.Count);
        TrainingOptions each = plan.Options.Devices.Count == 1 ? plan.Options.Each : plan.Options.Each with
        {
            Threads = plan.Options.Each.Threads ?? OperationThreads.Asked ?? Math.Max(1, share / 2),
            LoaderThreads = plan.Options.Each.LoaderThreads ?? Math.Max(1, share - Math.Max(1, share / 2)),
        };
        return each with
        {
            Task = plan.Task,
            Configuration = work.Key.Configuration,
            Trainer = work.Key.Trainer,
            Fold = work.Key.Fold,
            Device = device,
            Continue = work.State == FoldState.Interrupted,
            ValidationOnly = work.State == FoldState.NotValidated,
        };
    }

    private static FoldResult Train(
        TrainAllPlan plan, FoldWork work, TorchDevice device, FoldTraining train, Func<FoldWork, FoldWork>? look, IProgress<TrainAllProgress>? progress, CancellationToken cancel)
    {
        FoldResult result;
        try
        {
            work = look?.Invoke(work) ?? work;
            result = Settled(work) ?? Train(OptionsOf(plan, work, device), work, train, progress, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            result = new FoldResult(work, FoldOutcome.Interrupted);
        }
        catch (FoldInUseException e)
        {
            result = InUse(work, e.Owner);
        }
#pragma warning disable CA1031 // a fold's fault is reported at the end, and stops no fold that does not need it
        catch (Exception e)
#pragma warning restore CA1031
        {
            result = new FoldResult(work, FoldOutcome.Failed, Reason(e));
        }

        progress?.Report(new TrainAllProgress(work, device, null, result));
        return result;
    }

    private static FoldResult Train(TrainingOptions options, FoldWork work, FoldTraining train, IProgress<TrainAllProgress>? progress, CancellationToken cancel)
    {
        progress?.Report(new TrainAllProgress(work, options.Device, null, null));
        TrainingResult trained = train(options, progress is null ? null : new OfFold(work, options.Device, progress), cancel);
        return trained.Completed
            ? new FoldResult(work, FoldOutcome.Done, Dice: trained.Summary?.ForegroundMean())
            : new FoldResult(work, FoldOutcome.Interrupted);
    }

    /// <summary>How a fold ends that cannot be trained, or need not; null for one that can.</summary>
    private static FoldResult? Settled(FoldWork work) => work.State switch
    {
        FoldState.Complete => new FoldResult(work, FoldOutcome.WasComplete, Dice: work.Dice),
        FoldState.Running => InUse(work, work.Remark),
        FoldState.Damaged => new FoldResult(work, FoldOutcome.Failed, work.Remark),
        FoldState.Different => new FoldResult(work, FoldOutcome.Failed, $"it was trained or begun otherwise than is asked for ({work.Remark})"),
        _ => null,
    };

    private static FoldResult InUse(FoldWork work, string owner) =>
        new(work, FoldOutcome.Skipped, $"{owner} trains it; repeat the command when that has ended");

    /// <summary>Takes out what is damaged, or needs something that is not complete and will not be.</summary>
    private static void SkipWhatCannotBe(List<FoldWork> waiting, Dictionary<FoldKey, FoldResult> results, IProgress<TrainAllProgress>? progress)
    {
        foreach (FoldWork work in waiting.ToArray())
        {
            FoldKey[] lost = [.. work.Needs.Where(need => results.TryGetValue(need, out FoldResult? result) && result.Outcome is not (FoldOutcome.WasComplete or FoldOutcome.Done))];
            FoldResult? result = work.State == FoldState.Damaged ? Settled(work)
                : lost.Length > 0 ? new FoldResult(work, FoldOutcome.Skipped, $"it needs {string.Join("; ", lost)}, which {(lost.Length == 1 ? "is" : "are")} not complete")
                : null;
            if (result is null) continue;

            waiting.Remove(work);
            results[work.Key] = result;
            progress?.Report(new TrainAllProgress(work, TorchDevice.Cpu, null, result));
        }
    }

    private static string Reason(Exception e) => e switch
    {
        DescribedException => e.Message.TrimEnd('.'),
        IOException or UnauthorizedAccessException => $"the disk does not do what it should ({e.Message.TrimEnd('.')})",
        OutOfMemoryException => "there is not enough memory",
        _ => $"{e.GetType().Name}: {e.Message.TrimEnd('.')}",
    };

    private sealed class OfFold(FoldWork work, TorchDevice device, IProgress<TrainAllProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new TrainAllProgress(work, device, value, null));
    }
}
