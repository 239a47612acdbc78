using System.Collections.Concurrent;
using System.Diagnostics;
using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Torch.Inference;

/// <summary>Predicts cases in three stages that run in parallel: read and preprocess, network, export and write.</summary>
/// <remarks>
/// In memory at most: one preprocessed image a preprocessing thread and one that waits, one image in the network, and the
/// probabilities of one an export thread; fewer where the budget does not allow for them. A case reserves what it takes at most
/// before it is read, and releases it when it is written, so that no two cases wait for each other's memory.
/// </remarks>
internal sealed class PredictPipeline(PipelineOptions options, IProgress<PredictProgress>? progress, int total)
{
    private const double Made = 0.99;
    private readonly ConcurrentBag<PredictFailure> _failures = [];
    private readonly ConcurrentDictionary<string, long> _begun = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<PredictWarning> _warnings = [];
    private readonly MemoryBudget _budget = new(options.Predict.MaxRamBytes);
    private readonly StageClock _clock = new();
    private RunShare _share = new(0, static _ => TimeSpan.Zero);
    private readonly Lock _telling = new();
    private int _done;

    /// <summary>Where the time of <see cref="Run"/> went; null where no case was predicted.</summary>
    public PredictTimes? Times => _clock.Read();

    /// <summary>The cases that failed, in no particular order.</summary>
    public IEnumerable<PredictFailure> Failures => _failures;

    /// <summary>What was odd about cases' files, in no particular order.</summary>
    public IEnumerable<PredictWarning> Warnings => _warnings;

    /// <summary>Notes a case that cannot be predicted.</summary>
    public void Fail(string caseId, PredictStage stage, string reason)
    {
        _failures.Add(new PredictFailure(caseId, stage, reason));
        PredictionMeter.Failed(stage);
        Ends(caseId, stage);
    }

    /// <summary>Predicts the cases. The networks work on the calling thread.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="load">Loads the networks, if there is a case at all; they are disposed in the end.</param>
    /// <param name="cancel">Stops within a case.</param>
    /// <exception cref="DescribedException">The model cannot be loaded.</exception>
    public void Run(IReadOnlyList<PipelineCase> cases, Func<ICasePredictor> load, CancellationToken cancel)
    {
        if (cases.Count == 0) return;

        _share = new RunShare(cases.Count, _clock.Mean);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using BlockingCollection<Prepared> prepared = new(boundedCapacity: 1);
        using SemaphoreSlim exportSlots = new(options.ExportThreads);
        IDisposable loading = _budget.Enter(options.LoadingBytes, cancel);
        Task preparing = Prepare(cases, prepared, stop.Token);
        List<Task> exports = [];
        try
        {
            // The first case is preprocessed while torch and the weights load, if there is memory for both.
            using ICasePredictor networks = Load(load, loading);
            _clock.Loaded();
            foreach (Prepared one in prepared.GetConsumingEnumerable(stop.Token))
            {
                if (Predict(networks, one, stop.Token) is not { } predicted) continue;
                try
                {
                    exportSlots.Wait(stop.Token);
                    exports.RemoveAll(static t => t.IsCompletedSuccessfully);
                    foreach (Task failed in exports.Where(static t => t.IsFaulted)) failed.GetAwaiter().GetResult();
                }
                catch
                {
                    predicted.Probabilities.Dispose();
                    throw;
                }

                exports.Add(Task.Run(
                    () =>
                    {
                        try
                        {
                            Export(predicted, stop.Token);
                        }
                        finally
                        {
                            predicted.Probabilities.Dispose();
                            GiveBack(predicted.Memory);
                            exportSlots.Release();
                        }
                    },
                    CancellationToken.None));
            }

            preparing.GetAwaiter().GetResult();
            foreach (Task export in exports) export.GetAwaiter().GetResult();
        }
        finally
        {
            // However this ends, no thread of it stays behind.
            stop.Cancel();
            WaitQuietly([preparing, .. exports]);
        }
    }

    private static ICasePredictor Load(Func<ICasePredictor> load, IDisposable memory)
    {
        try
        {
            return load();
        }
        finally
        {
            memory.Dispose();
        }
    }

    private Task Prepare(IReadOnlyList<PipelineCase> cases, BlockingCollection<Prepared> prepared, CancellationToken cancel)
    {
        int next = -1;
        Task[] threads = [.. Enumerable.Range(0, Math.Min(options.PreprocessingThreads, cases.Count)).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = Interlocked.Increment(ref next); i < cases.Count; i = Interlocked.Increment(ref next))
                {
                    PipelineCase one = cases[i];
                    _begun[one.CaseId] = Stopwatch.GetTimestamp();
                    Attempt(
                        one.CaseId,
                        PredictStage.Preprocessing,
                        () => Prepare(one, cancel),
                        result =>
                        {
                            Tell(one.CaseId, PredictStage.Preprocessing, 1); // it may wait for the network for long
                            prepared.Add(result, cancel);
                        },
                        cancel);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        return Task.WhenAll(threads).ContinueWith(
            all =>
            {
                prepared.CompleteAdding();
                all.GetAwaiter().GetResult();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private Prepared Prepare(PipelineCase one, CancellationToken cancel)
    {
        IReadOnlyList<DatasetFault> odd = one.Look();
        Tell(one.CaseId, odd);
        CaseMemory expected = one.Expect();
        OutputPlace place = expected.PlaceOf(one.Where, options.Predict.MaxRamBytes);
        long bytes = expected.Bytes(place);
        IDisposable memory = _budget.Enter(bytes, cancel);
        try
        {
            Tell(one.CaseId, PredictStage.Preprocessing, 0, p => p with { ExpectedBytes = bytes, ExpectedFileBytes = place == OutputPlace.File ? expected.FileBytes : 0 });
            PreprocessedCase prepared = one.Prepare(cancel);
            _budget.Sweep(bytes);
            Tell(one.CaseId, prepared.Properties.Warnings);
            return new Prepared(one, prepared with { Properties = prepared.Properties.WithWarnings(odd) }, place, memory);
        }
        catch
        {
            GiveBack(memory);
            throw;
        }
    }

    /// <summary>Passes warnings on, or refuses the case because of them.</summary>
    private void Tell(string caseId, IReadOnlyList<DatasetFault> warnings)
    {
        if (options.Predict.StrictInput && warnings.Count > 0) throw CaseReader.Refusal(warnings);
        foreach (DatasetFault warning in warnings)
        {
            _warnings.Add(new PredictWarning(caseId, warning));
            Tell(caseId, PredictStage.Preprocessing, 0, p => p with { Warning = warning });
        }
    }

    private Predicted? Predict(ICasePredictor networks, Prepared one, CancellationToken cancel)
    {
        Predicted? predicted = null;
        Attempt(
            one.Case.CaseId,
            PredictStage.Network,
            () => networks.Predict(one.Input, one.Place, progress is null ? null : new Relay<TileProgress>(tiles => Tell(one.Case.CaseId, PredictStage.Network, tiles.Share, p => p with { Tiles = tiles })), cancel),
            result => predicted = new Predicted(one.Case, one.Input.Properties, result, one.Memory),
            cancel);
        if (predicted is null) GiveBack(one.Memory);
        return predicted;
    }

    private void Export(Predicted one, CancellationToken cancel) => Attempt(
        one.Case.CaseId,
        PredictStage.Export,
        () =>
        {
            one.Case.Finish(one.Probabilities, one.Properties, progress is null ? null : new Relay<double>(share => Exporting(one.Case.CaseId, share)), cancel);
            return true;
        },
        _ =>
        {
            PredictionMeter.Done(Stopwatch.GetElapsedTime(_begun[one.Case.CaseId]));
            Ends(one.Case.CaseId, PredictStage.Export);
        },
        cancel);

    /// <summary>Releases the memory that was reserved for a case.</summary>
    private static void GiveBack(IDisposable memory) => memory.Dispose();

    /// <summary>Does one stage of one case; whatever goes wrong with it is noted and stops no other case, unless the options say so.</summary>
    private void Attempt<T>(string caseId, PredictStage stage, Func<T> work, Action<T> then, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        T result;
        try
        {
            Tell(caseId, stage, 0);
            result = PredictionMeter.Stage(stage, () => _clock.Measure(stage, work), caseId);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // a case's fault is reported at the end
        catch (Exception e) when (!options.StopsAtFault)
#pragma warning restore CA1031
        {
            Fail(caseId, stage, Reason(caseId, e));
            return;
        }

        then(result);
    }

    /// <summary>One report at a time: else what is done might fall again.</summary>
    private void Tell(string caseId, PredictStage stage, double share, Func<PredictProgress, PredictProgress>? more = null)
    {
        if (progress is null) return;
        lock (_telling)
        {
            PredictProgress report = new(caseId, stage, share, _done, total) { RunShare = _share.At(caseId, stage, share) };
            progress.Report(more is null ? report : more(report));
        }
    }

    /// <summary>The segmentation is made while it is not written yet: only a finished case has all of its export.</summary>
    private void Exporting(string caseId, double share) => Tell(caseId, PredictStage.Export, Made * share);

    private void Ends(string caseId, PredictStage stage)
    {
        lock (_telling) progress?.Report(new PredictProgress(caseId, stage, 1, ++_done, total) { RunShare = _share.End(caseId) });
    }

    private string Reason(string caseId, Exception e) => e switch
    {
        DescribedException described => described.MessageWithin(caseId),
        IOException or UnauthorizedAccessException => $"the disk does not do what it should: {e.Message}",
        _ when OutOfMemoryErrors.Of(e) is { } full => $"{full}; {Segmenter.MemoryRemedy(options.Predict)}",
        _ => $"{e.GetType().Name}: {e.Message}",
    };

    private static void WaitQuietly(IEnumerable<Task> tasks)
    {
        try
        {
            Task.WaitAll([.. tasks], CancellationToken.None);
        }
        catch (AggregateException)
        {
            // The first failure is on its way to the caller already.
        }
    }

    /// <summary>A case that is ready for the network.</summary>
    private sealed record Prepared(PipelineCase Case, PreprocessedCase Input, OutputPlace Place, IDisposable Memory);

    /// <summary>A case that the networks have seen; its image is not needed any more.</summary>
    private sealed record Predicted(PipelineCase Case, CaseProperties Properties, CasePrediction Probabilities, IDisposable Memory);
}
